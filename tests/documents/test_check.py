"""A version whose documents are wrong cannot be released: each fault is told with file and line."""

from pathlib import Path

import pytest

from webapp.services.documents.check import check_documents
from webapp.services.procedures.files import File, read_folder

ROOT = Path(__file__).resolve().parents[2]
HEAD = '+++\nkind = "supplement"\n{more}[titles]\nzh-Hans = "协议"\nen = "Agreement"\nzh-Hant = "協議"\n{values}+++\n'
LIBRARY = """[[clause]]
id = "{id}"
legal = "{legal}"
article = "劳动合同法第25条"
why = "违约金仅限服务期和竞业限制。"
[clause.title]
zh-Hans = "兼职"
[clause.text]
zh-Hans = "{text}"
"""


def told(body="", *, more="", values="", library=""):
    files = [File(path="a.md", kind="document", body=HEAD.format(more=more, values=values) + body)]
    if library:
        files.append(File(path="clauses.toml", kind="clauses", body=library))
    return [(p.path, str(p.message), p.error) for p in check_documents(tuple(files))]


class TestPlaceholders:
    def test_a_placeholder_that_nobody_declared_is_told_with_its_line(self):
        [(path, message, error)] = told("# 协议\n\n工资为{= wage }元。\n")
        assert (path, error) == ("a.md", True)
        assert message.startswith("第 10 行")
        assert "没有名为“wage”的变量" in message

    def test_a_member_that_a_fact_does_not_have_is_told_with_a_guess(self):
        [(_, message, _)] = told("{= employee.nmae }\n")
        assert "您是否想写“name”" in message

    def test_names_inside_a_repeated_row_are_known_there_and_nowhere_else(self):
        values = '[values]\nthings = [{ name = "text" }]\n'
        assert told("| 名称 |\n|---|\n{for t in things}\n| {= t.name }{= position } |\n", values=values) == []
        [(_, message, _)] = told("| 名称 |\n{for t in things}\n| {= t.nme } |\n", values=values)
        assert "nme" in message
        assert told("{= t.name }\n", values=values)

    @pytest.mark.parametrize(
        ("body", "word"),
        [
            ("{= 1 + }", "有误"),
            ("{{ employee.name }}", "花括号"),
            ("{% if x %}", "花括号"),
            ("::: clause nothing", "条款库中没有条款"),
            ("::: what", "看不懂"),
            ("## 条款\n", "条款标题须带编号"),
            ("@fr Bonjour", "译文写成"),
            ("| a | b |\n| c |", "列数"),
        ],
    )
    def test_what_is_not_of_the_language_is_told(self, body, word):
        assert any(word in message and error for _, message, error in told(f"文字\n\n{body}\n"))

    @pytest.mark.parametrize(
        ("head", "word"),
        [
            ({"more": 'templat = "x"\n'}, "不认识的项目"),
            ({"more": 'languages = ["en"]\n'}, "以简体中文为准"),
            ({"more": 'signatures = ["witness"]\n'}, "签名只能由"),
            ({"values": '[values]\nx = "money"\n'}, "类型不认识"),
            ({"values": '[clauses]\nlost = "true"\n'}, "没有对应的条款"),
            ({"more": 'content = "novel"\n'}, "不认识必备内容"),
            ({"more": "kind = 3 3\n"}, "TOML"),
            ({"more": 'proof = { object = "变更" }\n'}, "证明内容"),
            ({"more": 'proof = { object = "变更", content = "" }\n'}, "证明内容"),
            ({"more": 'proof = { object = "a", content = "b", more = "c" }\n'}, "证明内容"),
        ],
    )
    def test_a_wrong_head_is_told(self, head, word):
        assert any(word in message and error for _, message, error in told("文字\n", **head))

    def test_without_a_head_it_is_no_template(self):
        [problem] = check_documents((File(path="a.md", kind="document", body="# 协议"),))
        assert "+++" in str(problem.message)


class TestTheLaw:
    DOUBLE = "员工兼职的，应按兼职所得的二倍向公司赔偿。"

    def test_w1_the_double_wage_clause_of_the_seed_cannot_be_released(self):
        [(path, message, error)] = told(f"# 协议\n\n{self.DOUBLE}\n")
        assert (path, error) == ("a.md", True)
        assert message.startswith("第 10 行")
        assert "依劳动合同法第25条无效，不能发布" in message

    def test_it_may_stand_in_the_library_as_a_warning_and_not_be_used(self):
        library = LIBRARY.format(id="double", legal="void", text=self.DOUBLE)
        assert told("文字\n", library=library) == []
        [(_, message, error)] = told("::: clause double\n", library=library)
        assert error
        assert "条款“double”依劳动合同法第25条无效，不能发布" in message

    def test_it_cannot_pass_for_lawful_in_the_library(self):
        [(path, message, error)] = told(
            "文字\n", library=LIBRARY.format(id="double", legal="ok", text=self.DOUBLE)
        )
        assert (path, error) == ("clauses.toml", True)
        assert message.startswith("第 1 行")

    def test_a_clause_to_be_used_with_care_is_a_remark(self):
        library = LIBRARY.format(id="care", legal="caution", text="按公司规范执行。")
        [(_, message, error)] = told("::: clause care\n", library=library)
        assert not error
        assert "须谨慎使用" in message

    @pytest.mark.parametrize(
        "broken", [LIBRARY.format(id="x", legal="maybe", text="y"), "[[clause]]\nid = 'x'\n", "[[clause"]
    )
    def test_a_broken_library_is_told(self, broken):
        assert any(path == "clauses.toml" and error for path, _, error in told("文字\n", library=broken))

    def test_mandatory_content_that_is_missing_is_named_with_its_article(self):
        said = told("# 协议\n\n甲方、乙方就原劳动合同的变更达成一致。\n", more='content = "supplement"\n')
        assert [m for _, m, _ in said] == [
            "第 1 行：缺少必备内容：未变更的条款继续有效（劳动合同法第35条）。"
        ]

    def test_a_block_that_lacks_a_promised_translation_is_a_remark(self):
        [(_, message, error)] = told("文字\n", more='languages = ["zh-Hans", "en"]\n')
        assert not error
        assert "没有译文" in message


class TestShipped:
    def test_the_notes_beside_scenarios_are_no_template(self):
        assert any(f.path == "scenarios/README.md" for f in read_folder(ROOT, "leave"))
        assert check_documents(read_folder(ROOT, "leave")) == ()

    def test_the_shipped_home_working_supplement_and_its_papers_are_sound_in_three_languages(self):
        files = read_folder(ROOT, "contract-change")
        documents = {f.path for f in files if f.kind == "document"}
        assert {"supplement.md", "letter.md", "notice.md", "consent.md"} <= documents
        assert check_documents(files) == ()

    def test_each_thing_that_it_must_say_is_missed_when_its_clause_is_taken_out(self):
        files = read_folder(ROOT, "contract-change")
        for clause in ("recording", "overtime", "secrecy", "privacy", "women", "delivery", "stays"):
            cut = tuple(
                File(path=f.path, kind=f.kind, body=f.body.replace(f"::: clause {clause}\n", ""))
                for f in files
            )
            assert any("缺少必备内容" in str(p.message) for p in check_documents(cut)), clause
