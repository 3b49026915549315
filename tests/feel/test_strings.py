"""Functions on strings, and regular expressions on RE2."""

import pytest

from tests.feel.tables import agree, table, value_of
from webapp.feel.patterns import PatternError, compile_or_raise


@table(r"""
    substring("foobar", 3) => "obar"
    substring("foobar", 3, 3) => "oba"
    substring("foobar", -2, 1) => "a"
    substring("foobar", 0) => null
    substring("foobar", 9) => ""
    substring("foobar", -9) => null
    substring("foobar", 1, 0) => null
    substring("合规管理", 2, 2) => "规管"
    substring("😀ab", 2) => "ab"
    substring(string: "abc", start position: 2) => "bc"
    string length("") => 0
    string length("合规") => 2
    string length("😀") => 1
    string length("\uD83D\uDE00") => 1
    "\uD83D\uDE00" => "😀"
    "\ud83d\udca9\ud800\udc00" => "💩𐀀"
    "\udbff\udfff" => "\U10ffff"
    "\U01F40E" => "🐎"
    "\U110000" => "\ufffd"
    string length(null) => null
    string length(1) => null
    upper case("aß1") => "ASS1"
    lower case("ÀB") => "àb"
    substring before("foobar", "bar") => "foo"
    substring before("foobar", "x") => ""
    substring before("foobar", "") => ""
    substring after("foobar", "ob") => "ar"
    substring after("", "a") => ""
    substring after("foobar", "") => "foobar"
    contains("foobar", "ob") => true
    contains("foobar", "") => true
    contains("foobar", null) => null
    starts with("foobar", "fo") => true
    ends with("foobar", "r") => true
    ends with("foobar", "x") => false
    string(1.10) => "1.1"
    string(1e3) => "1000"
    string(-0) => "0"
    string(null) => null
    string("a") => "a"
    string(true) => "true"
    string(@"2024-02-29") => "2024-02-29"
    string(@"10:00:00.50+08:00") => "10:00:00.5+08:00"
    string(@"2024-02-29T10:00:00@Asia/Shanghai") => "2024-02-29T10:00:00@Asia/Shanghai"
    string(@"P1DT0S") => "P1D"
    string(@"PT0S") => "PT0S"
    string(@"-P14M") => "-P1Y2M"
    string(@"P0Y") => "P0M"
    string([1, "a", null]) => "[1, \"a\", null]"
    string({a: 1, "b c": [true]}) => "{a: 1, b c: [true]}"
    string([1..3)) => "[1..3)"
    string((< 3)) => "(< 3)"
    string((>= 3)) => "(>= 3)"
    string(abs) => "function abs"
    string({"a \"b": 1}) => "{\"a \\\"b\": 1}"
    "\ud800" => "\ufffd"
    string join(["a", "b"]) => "ab"
    string join(["a", null, "b"], "-") => "a-b"
    string join([], "-") => ""
    string join([1], "-") => null
    string join("a", "-") => "a"
    "a\tb\\n" => "a	b\\n"
""")
def test_functions_on_strings(left, right):
    agree(left, right)


class TestPatterns:
    @table(r"""
        matches("foobar", "^fo*b") => true
        matches("foobar", "^o") => false
        matches("FOO", "foo", "i") => true
        matches("a\nb", "a.b") => false
        matches("a\nb", "a.b", "s") => true
        matches("a\rb", "a.b") => false
        matches("a\nb", "^b$", "m") => true
        matches("a\nb", "^b$") => false
        matches("hello world", "hello[ ]w o r l d", "x") => true
        matches("abc", "abc", "q") => null
        matches("abc", "(a") => null
        matches("张三", "^\p{IsCJKUnifiedIdeographs}{2,4}$") => true
        matches("张三", "^\w+$") => true
        matches("a b", "a\ b", "x") => null
        matches("a\\b", "a \\\\ b", "x") => true
        matches("hello world", "[a-z ]+ \s [a-z]", "x") => true
        matches("a", "\p{L}") => true
        matches("a", "\P{L}") => false
        matches("a", "\p{IsBasicLatin}") => true
        matches("é", "\P{IsBasicLatin}") => true
        matches("a", "\p{IsNowhere}") => null
        matches("a", "\p(L)") => null
        matches("a", "\q") => null
        matches("-", "[\w-]") => true
        matches("5", "[\d]") => true
        matches("]", "[]]") => true
        matches("a", "[a") => null
        matches("a", "[[a]]") => null
        matches("a", "[a-a-[a]]") => false
        matches("a", "[z-a-[b]]") => null
        matches("a", "[\d-[1]]") => null
        matches("_x1", "^\i\c*$") => true
        replace("abcdefghijkl", "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)", "$11$12") => "ka2l"
        replace("a", "(", "b") => null
        matches("a b", "^\w+$") => false
        matches("٣", "\d") => true
        matches("x", "[a-z-[aeiou]]") => true
        matches("e", "[a-z-[aeiou]]") => false
        matches("E", "[a-z-[aeiou]]", "i") => false
        matches("b", "[^a-c-[x]]") => false
        matches("11010519491231002X", "^[1-9]\d{5}(18|19|20)\d{9}[\dX]$") => true
        matches(null, "a") => null
        matches("a", "[a-z&&[aeiou]]") => null
        matches("aa", "(a)\1") => null
        matches("a", "(?=a)a") => null
        matches("a", "(?P<n>a)") => null
        matches("{", "\{") => true
        replace("abracadabra", "bra", "*") => "a*cada*"
        replace("abc", "(b)", "[$1]") => "a[b]c"
        replace("abc", "b", "$0$0") => "abbc"
        replace("abc", "b", "\$1") => "a$1c"
        replace("abc", "b", "$") => null
        replace("abc", "b", "\x") => null
        replace("abc", "(b)", "$2") => "ac"
        replace("ABC", "b", "x", "i") => "AxC"
        replace("张三李四", "三|四", "某") => "张某李某"
        replace("abc", "", "-") => "-a-b-c-"
        split("a;b;;c", ";") => ["a", "b", "", "c"]
        split("John  Doe", "\s+") => ["John", "Doe"]
        split("abc", "x") => ["abc"]
        split("", ",") => [""]
        split("abc", "") => null
        split("a", null) => null
    """)
    def test_xpath_patterns(self, left, right):
        agree(left, right)

    @pytest.mark.parametrize("pattern", [r"(a)\1", r"(a)(b)\2", r"[\1]"])
    def test_back_references_are_refused_by_name(self, pattern):
        with pytest.raises(PatternError, match="back-reference"):
            compile_or_raise(pattern, "")

    def test_an_evil_pattern_takes_linear_time(self):
        assert value_of('matches(s, "^(a+)+$")', {"s": "a" * 50_000 + "b"}) is False

    def test_a_pattern_too_large_is_null(self):
        assert value_of('matches("a", "((a{1000}){1000}){1000}")') is None
