"""One group for each operator of the language."""

import pytest

from tests.feel.tables import agree, table, value_of
from webapp.feel import parse


class TestAddition:
    @table("""
        2 + 3 => 5
        0.1 + 0.2 => 0.3
        "a" + "b" => "ab"
        "a" + 1 => null
        1 + null => null
        true + true => null
        9999999999999999999999999999999999 + 1 => 1e34
        1e6144 + 9e6144 => null
        @"2024-01-31" + @"P1M" => @"2024-02-29"
        @"P1M" + @"2024-01-31" => @"2024-02-29"
        @"2024-01-31T10:00:00Z" + @"P1M" => @"2024-02-29T10:00:00Z"
        @"P1Y" + @"2024-02-29T10:00:00@Asia/Shanghai" => @"2025-02-28T10:00:00@Asia/Shanghai"
        @"P1D" + @"2024-02-28T10:00:00" => @"2024-02-29T10:00:00"
        @"2024-02-28" + @"P2D" => @"2024-03-01"
        @"2024-02-28T23:00:00" + @"PT2H" => @"2024-02-29T01:00:00"
        @"23:30:00" + @"PT1H" => @"00:30:00"
        @"P1D" + @"PT12H" => @"P1DT12H"
        @"P1Y" + @"P5M" => @"P1Y5M"
        @"P1Y" + @"P1D" => null
        @"2024-01-01" + @"2024-01-01" => null
        @"2024-03-31T01:30:00@Europe/Berlin" + @"PT1H" => @"2024-03-31T03:30:00@Europe/Berlin"
        @"9999-12-31" + @"P1D" => @"10000-01-01"
        @"999999999-12-31T23:59:59" + @"PT1S" => null
        @"999999999-12-31T23:59:59@Asia/Shanghai" + @"PT12H" => null
        @"999999999-12-31T10:00:00@Asia/Shanghai" + @"PT20H" => null
        @"-999999999-01-01T00:00:00+08:00" - @"PT1S" => null
        @"-0044-03-15T10:00:00@Europe/Rome" + @"P1D" => @"-0044-03-16T10:00:00@Europe/Rome"
        @"12024-07-01T10:00:00@Europe/Berlin".time offset => @"PT2H"
        [1] + [2] => null
        {} + {} => null
    """)
    def test_it_adds(self, left, right):
        agree(left, right)


class TestSubtraction:
    @table("""
        2 - 3 => -1
        2 - 3 - 4 => -5
        "a" - "b" => null
        @"2024-03-01" - @"2024-02-01" => @"P29D"
        @"2024-03-01T00:00:00Z" - @"2024-03-01T00:00:00+08:00" => @"PT8H"
        @"2024-03-31" - @"P1M" => @"2024-02-29"
        @"2024-03-31T10:00:00" - @"P1M" => @"2024-02-29T10:00:00"
        @"2024-03-01" - @"P1D" => @"2024-02-29"
        @"10:00:00" - @"09:30:00" => @"PT30M"
        @"00:30:00" - @"PT1H" => @"23:30:00"
        @"10:00:00Z" - @"10:00:00+08:00" => @"PT8H"
        @"10:00:00Z" - @"10:00:00" => null
        @"2024-03-01T00:00:00Z" - @"2024-03-01" => @"PT0S"
        @"P1D" - @"PT1H" => @"PT23H"
        @"P1Y" - @"P13M" => @"-P1M"
        @"P1D" - @"2024-01-01" => null
        @"2024-03-01T00:00:00" - @"2024-03-01T00:00:00Z" => null
        1 - null => null
    """)
    def test_it_subtracts(self, left, right):
        agree(left, right)


class TestMultiplication:
    @table("""
        2 * 3 => 6
        0.1 * 3 => 0.3
        -2 * -3 => 6
        "a" * 2 => null
        @"P1D" * 2.5 => @"P2DT12H"
        2 * @"P1Y6M" => @"P3Y"
        @"P1M" * 1.9 => @"P1M"
        @"P1M" * 1e30 => null
        @"P1D" * 1e40 => null
        @"P1D" * 1e20 => null
        @"P1D" * @"P1D" => null
        1e4000 * 1e4000 => null
        2 + 3 * 4 => 14
        (2 + 3) * 4 => 20
    """)
    def test_it_multiplies(self, left, right):
        agree(left, right)


class TestDivision:
    @table("""
        10 / 4 => 2.5
        1 / 3 => 0.3333333333333333333333333333333333
        2 / 3 => 0.6666666666666666666666666666666667
        1 / 0 => null
        0 / 0 => null
        @"P1D" / 2 => @"PT12H"
        @"P1Y" / 2 => @"P6M"
        @"P1D" / @"PT6H" => 4
        @"P1Y" / @"P1M" => 12
        @"P1D" / 0 => null
        @"P1Y" / 0 => null
        @"P1Y" / @"P0Y" => null
        @"P1D" / @"PT0S" => null
        2 / @"P1D" => null
        100 / 10 / 2 => 5
    """)
    def test_it_divides(self, left, right):
        agree(left, right)


class TestPower:
    @table("""
        2 ** 10 => 1024
        2 ** -1 => 0.5
        4 ** 0.5 => 2
        2 ** 3 ** 2 => 64
        -2 ** 2 => 4
        0 ** 0 => 1
        (-8) ** 0.5 => null
        10 ** 7000 => null
        10 ** 1e9 => null
        "a" ** 2 => null
    """)
    def test_it_raises(self, left, right):
        agree(left, right)


class TestNegation:
    @table("""
        -5 => 0 - 5
        --5 => 5
        -(2 + 3) => -5
        -@"P1D" => @"-P1D"
        -@"P1Y" => @"-P1Y"
        -"a" => null
        --"a" => null
        -true => null
        -null => null
    """)
    def test_it_negates(self, left, right):
        agree(left, right)


class TestEquality:
    @table("""
        1 = 1.0 => true
        1 != 1 => false
        "a" = "A" => false
        null = null => true
        null != null => false
        1 = null => false
        1 != null => true
        1 = "1" => null
        true = 1 => null
        [1, [2]] = [1, [2]] => true
        [1, 2] = [2, 1] => false
        [] = [null] => false
        {a: 1, b: 2} = {b: 2, a: 1} => true
        {a: 1} = {a: 1, b: null} => false
        [1..2] = [1..2] => true
        [1..2] = [1..2) => false
        (< 5) = (< 5) => true
        (= 5) = [5..5] => true
        @"P1Y" = @"P12M" => true
        @"P1D" = @"PT24H" => true
        @"P1Y" = @"P365D" => null
        @"2024-01-01T00:00:00Z" = @"2024-01-01T08:00:00+08:00" => true
        @"2024-01-01T00:00:00" = @"2024-01-01T00:00:00Z" => false
        @"2024-01-01T08:00:00@Asia/Shanghai" = @"2024-01-01T00:00:00Z" => true
        @"10:00:00Z" = @"18:00:00+08:00" => true
        @"10:00:00.001" = @"10:00:00.002" => false
    """)
    def test_it_compares(self, left, right):
        agree(left, right)


class TestOrder:
    @table("""
        1 < 2 => true
        2 <= 2 => true
        3 > 4 => false
        3 >= 3.0 => true
        "a" < "b" => true
        "B" < "a" => true
        "中" > "a" => true
        @"2024-01-01" < @"2024-01-02" => true
        @"2024-01-01T10:00:00" >= @"2024-01-01T10:00:00" => true
        @"10:00:00" < @"10:00:01" => true
        @"10:00:00" < @"10:00:00Z" => null
        @"P1D" < @"PT25H" => true
        @"P11M" < @"P1Y" => true
        @"P1D" < @"P1Y" => null
        1 < "2" => null
        1 < null => null
        null > null => null
        true < false => null
        [1] < [2] => null
    """)
    def test_it_orders(self, left, right):
        agree(left, right)


class TestBetween:
    @table("""
        2 between 1 and 3 => true
        1 between 1 and 1 => true
        0 between 1 and 3 => false
        "b" between "a" and "c" => true
        @"2024-02-01" between @"2024-01-01" and @"2024-03-01" => true
        2 between null and 3 => null
        "2" between 1 and 3 => null
        2 between 1 and 3 and true => true
        2 between 0 + 1 and 1 + 2 => true
    """)
    def test_it_holds_between(self, left, right):
        agree(left, right)


class TestIn:
    @table("""
        1 in [1, 2] => true
        3 in [1, 2] => false
        1 in (1, 2) => true
        1 in [1..2] => true
        2 in [1..2) => false
        1 in ]1..2] => false
        2 in [1..2[ => false
        5 in > 4 => true
        5 in (< 3, > 4) => true
        5 in != 5 => false
        5 in = 5 => true
        5 in [[1..3], [4..6]] => true
        5 in 5 => true
        5 in "5" => null
        null in [null] => true
        [1] in [[1], [2]] => true
        [1..2] in [1..2] => true
        [1..2] in [[1..2], 3] => true
        5 in (null..9) => null
        5 in (null..null) => false
        [null..null] => null
        5 in [9..null] => null
        5 in (> null) => null
        abs in [abs] => true
        abs in [sqrt] => false
        "b" in ["a".."c"] => true
        {a: 1} in [{a: 1}] => true
        1 + 1 in (2) => true
        4 in (1 + 1) * 2 => true
        6 in [1..[5, 7][2]] => true
        @"2024-02-29" in [@"2024-02-01"..@"2024-02-29"] => true
    """)
    def test_it_tests_membership(self, left, right):
        agree(left, right)


class TestAndOr:
    @pytest.mark.parametrize("operator", ["and", "or"])
    @pytest.mark.parametrize("left", [True, False, None])
    @pytest.mark.parametrize("right", [True, False, None])
    def test_three_valued_logic(self, operator, left, right):
        decisive = operator == "or"
        wanted = decisive if decisive in (left, right) else None if None in (left, right) else not decisive
        assert value_of(f"a {operator} b", {"a": left, "b": right}) is wanted

    @table("""
        1 and true => null
        "x" or true => true
        true and false or true => true
        true or false and false => true
        true and true and null => null
        false or null or true => true
        null and null and false => false
    """)
    def test_what_is_not_boolean_counts_as_null(self, left, right):
        agree(left, right)


class TestIf:
    @table("""
        if true then 1 else 2 => 1
        if false then 1 else 2 => 2
        if null then 1 else 2 => 2
        if "x" then 1 else 2 => 2
        if false then 1 else if true then 2 else 3 => 2
        (if true then 1 else 2) + 1 => 2
        1 + if true then 1 else 2 => 2
        if 1 > 2 then 1 / 0 else "fine" => "fine"
    """)
    def test_it_chooses(self, left, right):
        agree(left, right)

    def test_a_long_chain_costs_no_depth(self):
        text = " else ".join(f"if x = {i} then {i}" for i in range(500)) + " else -1"
        assert value_of(text, {"x": 499}) == 499


class TestFor:
    @table("""
        for i in [1, 2] return i * 2 => [2, 4]
        for i in [] return i => []
        for i in 1..3 return i => [1, 2, 3]
        for i in 3..1 return i => [3, 2, 1]
        for i in [1..3] return i => [1, 2, 3]
        for i in (1..4) return i => [2, 3]
        for i in 5 return i => [5]
        for i in (1..2) return i => []
        for i in (< 5) return i => null
        for i in [1..@"2024-01-01"] return i => null
        for i in [1.5..3] return i => null
        for i in 1..@"2024-01-01" return i => null
        for i in [1, 2], j in null return j => null
        for i in null return i => null
        for i in "a".."c" return i => null
        for i in @"2024-02-28"..@"2024-03-01" return i.day => [28, 29, 1]
        for i in [1, 2], j in [10, 20] return i + j => [11, 21, 12, 22]
        for i in [[1], [2]], j in i return j => [1, 2]
        for i in 1..4 return if i = 1 then 1 else partial[-1] * i => [1, 2, 6, 24]
        for long name in [1, 2] return long name + 1 => [2, 3]
    """)
    def test_it_goes_through(self, left, right):
        agree(left, right)


class TestSomeEvery:
    @table("""
        some i in [1, 2] satisfies i > 1 => true
        some i in [1, 2] satisfies i > 2 => false
        some i in [] satisfies true => false
        some i in [1, null] satisfies i > 2 => null
        some i in null satisfies true => null
        every i in [1, 2] satisfies i > 0 => true
        every i in [1, 2] satisfies i > 1 => false
        every i in [] satisfies false => true
        every i in [1, null] satisfies i > 0 => null
        every i in [null, 1] satisfies i > 1 => false
        some i in [1, 2], j in [2, 3] satisfies i = j => true
        every i in 1..3 satisfies i < 4 => true
    """)
    def test_it_asks_all(self, left, right):
        agree(left, right)


class TestFilter:
    @table("""
        [1, 2, 3][2] => 2
        [1, 2, 3][-1] => 3
        [1, 2, 3][0] => null
        [1, 2, 3][4] => null
        [1, 2, 3][1.5] => null
        [1, 2, 3][item > 1] => [2, 3]
        [1, 2, 3][true] => [1, 2, 3]
        [1, 2, 3][null] => []
        [{x: 1}, {x: 2}][x > 1] => [{x: 2}]
        [{x: 1}, {x: 2}][item.x > 1] => [{x: 2}]
        [{item: 1}, {item: 2}][item > 1] => [{item: 2}]
        [{x: 1}, {y: 2}][y > 1] => [{y: 2}]
        5[1] => 5
        5[2] => null
        "a"[item = "a"] => ["a"]
        null[1] => null
        null[true] => []
        [[1, 2], [3]][1][2] => 2
        [1, 2, 3][count([1, 2])] => 2
        [][1] => null
    """)
    def test_it_picks(self, left, right):
        agree(left, right)


class TestPath:
    @table("""
        {a: 1}.a => 1
        {a: {b: 2}}.a.b => 2
        {a: 1}.b => null
        null.a => null
        5.a => null
        [{a: 1}, {a: 2}].a => [1, 2]
        [{a: 1}, {b: 2}].a => [1, null]
        {first name: "x"}.first name => "x"
        {"odd key!": 1}.a => null
        @"2024-02-29".year => 2024
        @"2024-02-29".month => 2
        @"2024-02-29".day => 29
        @"2024-02-29".weekday => 4
        @"2024-02-29".hour => null
        @"2024-02-29T10:11:12Z".hour => 10
        @"2024-02-29T10:11:12Z".time offset => @"PT0S"
        @"2024-07-01T10:11:12@Europe/Berlin".time offset => @"PT2H"
        @"2024-02-29T10:11:12@Asia/Shanghai".timezone => "Asia/Shanghai"
        @"2024-02-29T10:11:12".time offset => null
        @"10:11:12".minute => 11
        @"10:11:12+08:00".time offset => @"PT8H"
        @"P3DT4H5M6S".days => 3
        @"P3DT4H5M6S".hours => 4
        @"P3DT4H5M6S".minutes => 5
        @"PT90M".minutes => 30
        @"PT90M".hours => 1
        @"PT25H".hours => 1
        @"PT61S".seconds => 1
        @"-PT90M".minutes => -30
        @"P14M".months => 2
        @"-P14M".years => -1
        @"-P14M".months => -2
        @"P3DT4H5M6S".seconds => 6
        @"-P1DT1H".hours => -1
        @"P1Y2M".years => 1
        @"P1Y2M".months => 2
        @"P1Y2M".days => null
        [1..5].start => 1
        [1..5].end => 5
        [1..5).end included => false
        (< 5).end => 5
    """)
    def test_it_reaches_in(self, left, right):
        agree(left, right)


class TestFunctions:
    @table("""
        (function(x) x + 1)(2) => 3
        (function(x, y) x - y)(y: 1, x: 3) => 2
        (function(x) x)(1, 2) => null
        (function(x: number) x)("a") => null
        (function(x: number) x)([1]) => 1
        (function(x: list<number>) x)(1) => [1]
        {f: function(a) a * 2, g: f(4)}.g => 8
        {f: function(a) function(b) a + b, g: f(1)(2)}.g => 3
        null() => null
        "abs"(1) => null
        no such function(1) => null
        (for i in 1..3 return function() i)[2]() => 2
    """)
    def test_they_are_values(self, left, right):
        agree(left, right)

    def test_an_external_body_is_never_run(self):
        assert value_of('(function(a) external {java: {class: "java.lang.Math"}})(1)') is None


def test_comments_fall_away():
    assert parse("1 /* one */ + // two\n 2").evaluate({}) == 3
