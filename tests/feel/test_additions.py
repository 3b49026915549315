"""Functions beyond the standard."""

from tests.feel.tables import agree, table


@table(r"""
    is defined(null) => false
    is defined(1) => true
    get or else(null, 2) => 2
    get or else(1, 2) => 1
    is blank("  ") => true
    is blank("a") => false
    is blank(null) => null
    trim("  a b ") => "a b"
    extract("a1b22", "[0-9]+") => ["1", "22"]
    extract("ab", "[0-9]+") => []
    extract("ab", "(") => null
    is empty([]) => true
    is empty([null]) => false
    partition([1, 2, 3], 2) => [[1, 2], [3]]
    partition([1], 0) => null
    partition([1], 1e20) => null
    duplicate values([1, 2, 1, 1, [3], [3]]) => [1, [3]]
    last day of month(@"2024-02-01") => @"2024-02-29"
    last day of month(@"2023-02-10T10:00:00") => @"2023-02-28"
""")
def test_functions_beyond_the_standard(left, right):
    agree(left, right)
