"""Ranges and Allen's relations between them."""

from tests.feel.tables import agree, table


@table("""
    before(1, 10) => true
    before(10, 1) => false
    before(1, [2..3]) => true
    before(1, (1..3]) => true
    before([1..5], 10) => true
    before([1..5), 5) => true
    before([1..5], [5..10]) => false
    before([1..5), [5..10]) => true
    before(1, "a") => null
    after(10, 1) => true
    after([5..10], [1..5)) => true
    after((5..10], 5) => true
    meets([1..5], [5..10]) => true
    meets([1..5), [5..10]) => false
    met by([5..10], [1..5]) => true
    met by((5..10], [1..5]) => false
    overlaps([1..5], [3..8]) => true
    overlaps([1..5], [6..8]) => false
    overlaps([1..5), [5..8]) => false
    overlaps before([1..5], [3..8]) => true
    overlaps before([1..5], [1..5]) => false
    overlaps before([1..5), (1..5]) => true
    overlaps after([3..8], [1..5]) => true
    overlaps after([1..5], [1..5)) => false
    overlaps after((1..5], [1..5]) => true
    finishes(5, [1..5]) => true
    finishes(5, [1..5)) => false
    finishes([3..5], [1..5]) => true
    finished by([1..5], 5) => true
    finished by([1..5], [3..5]) => true
    includes([1..5], 3) => true
    includes([1..5), 5) => false
    includes([3..5], [1..4]) => false
    includes([3..5], [4..6]) => false
    includes((1..5], [1..5]) => false
    before([5..9], 5) => false
    before((5..9], 5) => false
    before(5, (5..9]) => true
    meets([1..5], (5..9]) => false
    meets([1..5], [6..9]) => false
    overlaps([1..5], (5..9]) => false
    overlaps([6..9], [1..5]) => false
    overlaps before([3..8], [1..5]) => false
    overlaps before([1..9], [2..5]) => false
    overlaps after([1..9], [2..5]) => false
    finishes([0..5], [1..5]) => false
    finishes([3..4], [1..5]) => false
    starts([1..9], [1..5]) => false
    starts([2..3], [1..5]) => false
    includes([1..5], [1..5)) => true
    during(3, [1..5]) => true
    during([2..3], [1..5]) => true
    during([1..5], (1..5)) => false
    starts(1, [1..5]) => true
    starts([1..3], [1..5]) => true
    starts((1..3], [1..5]) => false
    started by([1..5], 1) => true
    started by([1..5], [1..3]) => true
    coincides(5, 5) => true
    coincides([1..5], [1..5]) => true
    coincides([1..5], [1..5)) => false
    coincides(1, "a") => null
    before(null, 1) => null
    before(@"2024-01-01", @"2024-02-01") => true
    range("[1..3]") => [1..3]
    range("(1..3[") => (1..3)
    range("[date(\\"2024-01-01\\")..@\\"2024-02-01\\"]") => [@"2024-01-01"..@"2024-02-01"]
    range("[3..1]") => null
    range("[1..\\"a\\"]") => null
    range("[a..3]") => null
    range("[1+1..3]") => null
    range("[-3..-1]") => [-3..-1]
    range("5") => null
    range("[null..3]") => null
    range("") => null
    range("[1..") => null
    range([1..3]) => null
    null in [1..3] => null
    5 in [null..3] => null
    5 in (< 10) => true
    [1..3] instance of range<number> => true
    [1..3] instance of range<string> => false
""")
def test_ranges(left, right):
    agree(left, right)
