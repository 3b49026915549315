"""A sealed pack of a small case, and the ways in which a forger may change it."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta

from webapp.adapters.pack import EPOCH, REGULAR, PackContents, member, write_pack
from webapp.adapters.signing import LocalTestCA
from webapp.adapters.verifier import verifier_text
from webapp.domain.evidence import (
    GENESIS,
    EventRecord,
    Leaves,
    canonical_json,
    inclusion_proof,
    leaf_hash,
    root_hash,
)
from webapp.domain.pack import LogEntry, PackInfo, TreeHead
from webapp.domain.signing import Sealed

NUMBER = "HG-EP-2026-0001"
CONTRACT = b"%PDF-1.7 agreement, signed state\n%%EOF\n"
NOTICE = "送达回执：王𬭚 已签收\n".encode() * 40
STRANGERS = 9  # leaves of other cases in the same tree


def sha(data):
    return hashlib.sha256(data).hexdigest()


def make_events(now, files, case="187"):
    """Payloads of a case: each file named, then sealed."""
    kinds = [("case.started", {"name": "王𬭚"})]
    kinds += [("file.added", {"file": {"name": name, "sha256": sha(data)}}) for name, data in files.items()]
    kinds += [("will.confirmed", {"text": "确认变更", "signer": "SH-0187"})]
    kinds += [("case.sealed", {"count": len(kinds) + 1})]
    return [
        {
            "actor": "SH-0187",
            "at": (now - timedelta(hours=len(kinds) - number)).isoformat(),
            "case": case,
            "data": data,
            "kind": kind,
            "sequence": number,
        }
        for number, (kind, data) in enumerate(kinds, 1)
    ]


def make_log(payloads, *, erased=()):
    """Salted leaves, chained, in a tree among strangers; entries and the reader of the tree."""
    previous, records, salts = GENESIS, [], []
    for payload in payloads:
        payload["previous"] = previous.hex()
        salt = hashlib.sha256(f"salt {payload['sequence']}".encode()).digest()
        record = EventRecord(sequence=payload["sequence"], previous=previous, leaf=leaf_hash(salt, payload))
        records.append(record)
        salts.append(salt)
        previous = record.link
    strangers = [hashlib.sha256(b"%d" % number).digest() for number in range(STRANGERS)]
    leaves = [*strangers[:5], *(record.leaf for record in records), *strangers[5:]]
    tree = Leaves(leaves)
    entries = tuple(
        LogEntry(
            position=5 + place,
            case=payload["case"],
            sequence=record.sequence,
            previous=record.previous.hex(),
            leaf=record.leaf.hex(),
            salt=None if record.sequence in erased else salt.hex(),
            payload=None if record.sequence in erased else canonical_json(payload).decode(),
            proof=tuple(step.hex() for step in inclusion_proof(5 + place, len(leaves), tree)),
        )
        for place, (payload, record, salt) in enumerate(zip(payloads, records, salts, strict=True))
    )
    return entries, root_hash(len(leaves), tree), len(leaves)


class Workshop:
    """Keys of a trial, and packs made with them."""

    def __init__(self):
        self.now = datetime.now(UTC)
        self.ca = LocalTestCA.create(now=self.now, organisation="星河𬭚电商有限公司")
        self.files = {"001-变更协议.pdf": CONTRACT, "002-送达回执.txt": NOTICE}
        self.pack = self.make()

    def stamp(self, content):
        return self.ca.tsa.stamp(content, now=datetime.now(UTC))

    def seal(self, manifest, sign=None):
        signature = (sign or self.ca.sign_detached)(manifest)
        return Sealed(signature=signature, token=self.stamp(manifest + signature))

    def contents(self, *, files=None, payloads=None, erased=(), trust=None):
        files = self.files if files is None else files
        entries, root, size = make_log(payloads or make_events(self.now, files), erased=erased)
        head = TreeHead(size=size, root=root.hex(), at=self.now.isoformat())
        crl = self.ca.revocations({}, now=self.now)
        return PackContents(
            info=PackInfo(
                number=NUMBER,
                title="劳动合同变更",
                organisation="星河电商",
                made_at=self.now,
                made_by="陈㛃",
                software="Hegui 0.1",
            ),
            members=tuple(member(f"originals/{name}", data) for name, data in files.items()),
            entries=entries,
            head=head,
            head_token=self.stamp(head.text()).reply,
            trust={"root.pem": self.ca.root.certificate, "ca.crl": crl} if trust is None else trust,
        )

    def make(self, *, sign=None, **changes):
        out = io.BytesIO()
        write_pack(out, self.contents(**changes), seal=lambda manifest: self.seal(manifest, sign))
        return out.getvalue()

    def reseal(self, files, sign=None):
        """An insider: manifests rebuilt, sealed and stamped anew with the real keys."""
        files = rebuild_manifests(files)
        sealed = self.seal(files["tagmanifest-sha256.txt"], sign)
        return repack({**files, "seal.p7s": sealed.signature, "seal.tsr": sealed.token.reply})


def unpack(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}


def entry(name, **attributes):
    info = zipfile.ZipInfo(name, EPOCH)
    info.external_attr, info.create_system = REGULAR, 3
    for key, value in attributes.items():
        setattr(info, key, value)
    return info


def repack(files, extra=()):
    """Write files (in the given order) as the product does; ``extra``: (ZipInfo, bytes) added as they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            archive.writestr(entry(f"{NUMBER}/{name}"), data)
        for info, data in extra:
            archive.writestr(info, data, compress_type=info.compress_type)
    return out.getvalue()


def rebuild_manifests(files):
    def lines(names):
        return "".join(f"{sha(files[name])}  {name}\n" for name in sorted(names)).encode()

    files = dict(files)
    files["manifest-sha256.txt"] = lines([name for name in files if name.startswith("data/")])
    unlisted = {"tagmanifest-sha256.txt", "seal.p7s", "seal.tsr"}
    files["tagmanifest-sha256.txt"] = lines(
        [n for n in files if not n.startswith("data/") and n not in unlisted]
    )
    return files


def read_events(files):
    return [json.loads(line) for line in files["data/log/events.jsonl"].splitlines()]


def write_events(files, events):
    return {**files, "data/log/events.jsonl": b"".join(canonical_json(event) + b"\n" for event in events)}


def verify(tmp_path, data, *roots, given=()):
    """Run the published verifier as a stranger would: exit code, report, what went to stderr."""
    program, pack = tmp_path / "verify_pack.py", tmp_path / "pack.zip"
    program.write_bytes(verifier_text())
    pack.write_bytes(data)
    asked = [word for path in given for word in ("--given", str(path))]
    for number, root in enumerate(roots):
        path = tmp_path / f"root{number}.pem"
        path.write_bytes(root)
        asked += ["--root", str(path)]
    done = subprocess.run(
        [sys.executable, "-I", str(program), str(pack), "--json", *asked], capture_output=True, check=False
    )
    assert done.stderr == b""
    return done.returncode, json.loads(done.stdout)


def faults(report):
    return [fault for check in report["checks"] for fault in check["faults"]]


def notes(report):
    return [note for check in report["checks"] for note in check["notes"]]
