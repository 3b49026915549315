"""What people call a form is data of its procedure."""

from tests.company import ROOT
from webapp.services.procedures.choices import file_names
from webapp.services.procedures.files import File, read_folder


def change(files, old, new):
    return tuple(
        File(path=f.path, kind=f.kind, body=f.body.replace(old, new) if f.kind == "settings" else f.body)
        for f in files
    )


class TestFormNames:
    def test_stand_in_the_procedures_settings(self):
        files = read_folder(ROOT, "leave")
        names = dict(file_names(files, "form"))
        assert {path: str(name) for path, name in names.items()} == {
            "approve.form": "审批表",
            "change-request.form": "变更申请表",
            "change.form": "变更审批表",
            "hr.form": "人事审核表",
            "proof.form": "证明提交表",
            "request.form": "申请表",
            "verify.form": "证明核验表",
        }

    def test_an_owner_may_change_one(self):
        files = change(read_folder(ROOT, "leave"), 'zh-Hans = "审批表"', 'zh-Hans = "主管审批表"')
        assert str(dict(file_names(files, "form"))["approve.form"]) == "主管审批表"

    def test_one_without_a_name_and_all_of_broken_settings_are_called_by_their_files(self):
        files = read_folder(ROOT, "leave")
        unnamed = change(files, '"approve.form" = ', '"other.form" = ')
        assert dict(file_names(unnamed, "form"))["approve.form"] == "approve.form"
        broken = change(files, "[titles]", "[titles")
        assert {str(name) for name in dict(file_names(broken, "form")).values()} == {
            f.path for f in files if f.kind == "form"
        }
