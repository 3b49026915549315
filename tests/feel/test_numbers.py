"""Functions on numbers."""

from tests.feel.tables import agree, table


@table("""
    decimal(1/3, 2) => 0.33
    decimal(2.5, 0) => 2
    decimal(3.5, 0) => 4
    decimal(-2.5, 0) => -2
    decimal(1234, -2) => 1200
    decimal(1, 7000) => null
    decimal(1, null) => null
    decimal("1", 2) => null
    decimal(n: 1.005, scale: 2) => 1.00
    floor(1.9) => 1
    floor(-1.1) => -2
    floor(1.99, 1) => 1.9
    floor(1.5, null) => null
    ceiling(1.1) => 2
    ceiling(-1.9) => -1
    ceiling(1.01, 1) => 1.1
    round up(1.21, 1) => 1.3
    round up(-1.21, 1) => -1.3
    round down(1.29, 1) => 1.2
    round down(-1.29, 1) => -1.2
    round half up(2.5, 0) => 3
    round half up(-2.5, 0) => -3
    round half down(2.5, 0) => 2
    round half down(2.51, 0) => 3
    abs(-3) => 3
    abs(@"-P1D") => @"P1D"
    abs(@"-P1M") => @"P1M"
    abs("1") => null
    abs() => null
    abs(1, 2) => null
    abs(number: 1) => null
    modulo(12, 5) => 2
    modulo(-12, 5) => 3
    modulo(12, -5) => -3
    modulo(-12, -5) => -2
    modulo(10.1, 4.5) => 1.1
    modulo(-0.5, 5) => 4.5
    modulo(0.5, 5) => 0.5
    modulo(0.5, -5) => -4.5
    modulo(10, 5) => 0
    modulo(-10, 5) => 0
    modulo(5, 0) => null
    modulo(1e30, 7) => 1
    sqrt(16) => 4
    sqrt(2) => 1.414213562373095048801688724209698
    sqrt(-1) => null
    log(1) => 0
    log(0) => null
    log(-1) => null
    exp(0) => 1
    exp(1) => 2.718281828459045235360287471352662
    exp(100000) => null
    even(2) => true
    even(-3) => false
    even(2.5) => false
    even(1e40) => true
    modulo(1e6144, 1e-6143) => null
    number(5) => 5
    number("1", "x") => null
    number("1.000,5", " ", ",") => null
    round half up(9e6144, -6144) => null
    odd(3) => true
    odd(0) => false
    odd(1.5) => false
    number("12.5") => 12.5
    number("-1e3") => -1000
    number("1 000,5", " ", ",") => 1000.5
    number("1.000.000,01", ".", ",") => 1000000.01
    number("1,000", ",") => 1000
    number("1,000", ",", ",") => null
    number("1,000") => null
    number("") => null
    number("12 ", ",") => null
    number("NaN") => null
    number("Infinity") => null
    number("١٢") => null
    number(from: "1,5", decimal separator: ",", grouping separator: ".") => 1.5
    number(null) => null
""")
def test_functions_on_numbers(left, right):
    agree(left, right)


@table("""
    sum([1, 2, 3]) => 6
    sum(1, 2, 3) => 6
    sum([]) => null
    sum([1, null]) => null
    sum([1, "2"]) => null
    sum([@"P1D", @"PT12H"]) => @"P1DT12H"
    sum(5) => 5
    mean([1, 2, 4]) => 7 / 3
    mean(1, 2) => 1.5
    mean([]) => null
    mean([1, null]) => null
    median([3, 1, 2]) => 2
    median([4, 1, 2, 3]) => 2.5
    median([]) => null
    stddev([2, 4, 7, 5]) => 2.081665999466132735282297706979931
    stddev([1]) => null
    stddev([1, "a"]) => null
    mode([6, 3, 9, 6, 6]) => [6]
    mode([3, 1, 3, 1, 2]) => [1, 3]
    mode([]) => []
    mode([1, null]) => null
    product([2, 3, 4]) => 24
    product([]) => null
    product(2, 3) => 6
    min([3, 1, 2]) => 1
    min(3, 1, 2) => 1
    min([]) => null
    min([1, "a"]) => null
    min("b", "a") => "a"
    max(@"2024-01-01", @"2024-02-01") => @"2024-02-01"
    max([1, null]) => null
    max(7) => 7
    count([1, null, 2]) => 3
    count([]) => 0
    count(1) => 1
    count(null) => null
    count(1, 2) => null
""")
def test_functions_that_reckon_with_lists(left, right):
    agree(left, right)
