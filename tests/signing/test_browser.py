"""In a real browser on a phone: read, agree, sign with a passkey; refuse; HR seals; download and check."""

import base64
import gzip
import shutil

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.browser import Desk, serve
from tests.pdf.tools import need, needs_openssl, run
from tests.signing.desk import PASSWORD
from tests.web import make_settings
from webapp.app import create_app
from webapp.domain.signing import FlowState

pytestmark = [needs_openssl, pytest.mark.browser, pytest.mark.xdist_group("chromium")]
needs_pdfsig = need("poppler", found=shutil.which("pdfsig"))
MOST = 150 * 1024  # bytes, gzip, of everything before the document's pictures


@pytest.fixture
def address(firm, tmp_path):
    app = create_app(make_settings(tmp_path), house=firm.house)
    with serve(app) as found:
        yield found


def give_key(desk, key):
    """The authenticator of this browser holds a person's passkey."""
    tool = desk.context.new_cdp_session(desk.page)
    tool.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    made = tool.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    private = key.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    credential = {
        "credentialId": base64.b64encode(key.credential).decode(),
        "isResidentCredential": False,
        "rpId": "localhost",
        "privateKey": base64.b64encode(private).decode(),
        "signCount": 1,
    }
    tool.send(
        "WebAuthn.addCredential", {"authenticatorId": made["authenticatorId"], "credential": credential}
    )


def watch(page):
    """Addresses of what comes before the document's own pictures."""
    seen = set()
    page.on(
        "request",
        lambda asked: asked.resource_type != "image" and asked.method == "GET" and seen.add(asked.url),
    )
    return seen


def weigh(desk, addresses):
    """Bytes of what stands there, as gzip would send them."""
    return sum(len(gzip.compress(desk.context.request.get(each).body())) for each in addresses)


def write_name(page):
    box = page.locator("[data-pad]").bounding_box()
    for dx in (40, 120, 200):
        page.mouse.move(box["x"] + dx, box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] + dx + 30, box["y"] + 150, steps=6)
        page.mouse.up()


def shoot(page, name, folder):
    if folder:
        page.screenshot(path=f"{folder}/{name}.png")


def read_to_the_end(page):
    figures = page.locator("[data-page]")
    for n in range(figures.count()):
        figures.nth(n).scroll_into_view_if_needed()
        page.wait_for_function("n => document.querySelectorAll('[data-page] img')[n].complete", arg=n)
    page.wait_for_selector("[data-read-on]:not([disabled])")
    page.click("[data-read-on]")


@needs_pdfsig
def test_a_phone_signs_with_a_passkey_hr_seals_and_every_reader_agrees(
    firm, address, chromium, tmp_path, pictures
):
    task_id = firm.begin()
    phone = Desk(chromium, address, phone=True)
    give_key(phone, firm.keys["lina"])
    page = phone.log_in("lina", PASSWORD)
    loaded = watch(page)
    phone.open(f"/tasks/{task_id}")
    assert page.url.endswith(f"/sign/{task_id}")
    for name, press in (
        ("notice", "我已了解，继续"), ("consent", "同意并继续"), ("identity", "是我本人，继续"), ("changes", "看过了，阅读全文"),
    ):  # fmt: skip
        shoot(page, name, pictures)
        if name == "consent":
            page.check("[name=agreed]")
        page.get_by_role("button", name=press).click()
    page.wait_for_selector("[data-pages]")
    assert weigh(phone, set(loaded)) < MOST
    shoot(page, "read", pictures)
    firm.pass_time(seconds=20)  # more than the browser will report
    read_to_the_end(page)
    page.wait_for_selector(".signing-will")
    shoot(page, "will", pictures)
    assert sum(firm.flow(task_id).pages_read.values()) > 0
    page.get_by_role("button", name="用指纹或面容确认签署").click()
    page.wait_for_selector("[data-pad]")
    write_name(page)
    shoot(page, "stroke", pictures)
    page.get_by_role("button", name="完成签署").click()
    page.wait_for_selector(".verdict")
    assert firm.flow(task_id).will["method"] == "passkey"
    assert len(firm.flow(task_id).stroke["lines"]) == 3
    firm.worker.sweep()

    holder = Desk(chromium, address)
    give_key(holder, firm.keys["boss"])
    desk = holder.log_in("boss", PASSWORD)
    holder.open("/seals/")
    shoot(desk, "desk", pictures)
    desk.check("[data-check-all]")
    desk.get_by_role("button", name="列出清单，准备盖章").click()
    desk.wait_for_selector("text=确认用印")
    shoot(desk, "list", pictures)
    desk.get_by_role("button", name="用通行密钥批准用印").click()
    desk.wait_for_selector(".verdict")
    for _ in range(3):
        firm.worker.sweep()
    desk.wait_for_selector(".verdict.ok")  # the page looks again by itself
    shoot(desk, "sealed", pictures)
    assert firm.flow(task_id).state == FlowState.ARCHIVED

    phone.open(f"/sign/{task_id}")
    shoot(page, "over", pictures)
    with page.expect_download() as coming:
        page.get_by_role("link", name="下载文书（PDF）").click()
    coming.value.save_as(tmp_path / "x.pdf")
    said = run("pdfsig", "-nocert", tmp_path / "x.pdf").stdout.decode()
    assert said.count("Signature is Valid") == 2
    assert said.rindex("Total document signed") > said.rindex("Not total document signed")
    assert firm.doors.desk.judge((tmp_path / "x.pdf").read_bytes(), now=firm.house.clock.now).archived
    assert phone.complaints == holder.complaints == []
    phone.context.close()
    holder.context.close()


def test_a_browser_without_passkeys_signs_by_code_and_resumes_after_a_lost_line(
    firm, address, chromium, pictures
):
    task_id = firm.begin("wang")
    phone = Desk(chromium, address, phone=True)
    phone.context.add_init_script("delete window.PublicKeyCredential")
    page = phone.log_in("wang", PASSWORD)
    phone.open(f"/sign/{task_id}")
    page.get_by_role("button", name="我已了解，继续").click()
    page.check("[name=agreed]")
    page.get_by_role("button", name="同意并继续").click()
    page.get_by_role("button", name="是我本人，继续").click()
    page.get_by_role("button", name="看过了，阅读全文").click()
    page.wait_for_selector("[data-read-on]")
    phone.context.set_offline(True)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    phone.context.set_offline(False)
    phone.open(f"/sign/{task_id}")
    read_to_the_end(page)
    page.wait_for_selector(".signing-will")
    assert not page.get_by_role("button", name="用指纹或面容确认签署").is_visible()
    page.get_by_role("button", name="用验证码确认").click()
    page.wait_for_selector("[name=code]")
    shoot(page, "code", pictures)
    page.fill("[name=code]", firm.code_sent("wang"))
    page.get_by_role("button", name="确认签署").click()
    page.wait_for_selector("[data-pad]")
    page.get_by_role("button", name="不手写，直接完成").click()
    page.wait_for_selector(".verdict")
    assert firm.flow(task_id).will["method"] == "code"
    phone.context.close()


def test_refusing_is_as_near_as_agreeing(firm, address, chromium, pictures):
    task_id = firm.begin()
    phone = Desk(chromium, address, phone=True)
    page = phone.log_in("lina", PASSWORD)
    phone.open(f"/sign/{task_id}")
    for name in ("我有不同意见", "拒绝签署"):
        box = page.get_by_role("link", name=name).bounding_box()
        assert box["height"] >= 44
        assert box["y"] + box["height"] <= 844
    page.get_by_role("link", name="拒绝签署").click()
    page.fill("[name=reason]", "路太远")
    shoot(page, "refuse", pictures)
    page.get_by_role("button", name="确认拒绝").click()
    page.wait_for_selector(".verdict")
    assert firm.flow(task_id).state == FlowState.REFUSED
    phone.context.close()
