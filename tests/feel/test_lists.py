"""Functions on lists and contexts."""

from tests.feel.tables import agree, table


@table("""
    list contains([1, 2], 2) => true
    list contains([1, null], null) => true
    list contains([[1]], [1]) => true
    list contains([1], "1") => false
    list contains(null, 1) => null
    list contains(1, 1) => true
    sublist([1, 2, 3], 2) => [2, 3]
    sublist([1, 2, 3], 1, 2) => [1, 2]
    sublist([1, 2, 3], -1) => [3]
    sublist([1, 2, 3], 2, 9) => [2, 3]
    sublist([1, 2, 3], 0) => null
    sublist([1, 2, 3], 4) => null
    append([1], 2, 3) => [1, 2, 3]
    append(1, 2) => [1, 2]
    append(null, 1) => null
    append([], null) => [null]
    concatenate([1], [2, 3]) => [1, 2, 3]
    concatenate([1], null) => null
    concatenate([1], 2) => [1, 2]
    union([1, 2], [2, 3]) => [1, 2, 3]
    distinct values([1, 2, 1, null, null, "1"]) => [1, 2, null, "1"]
    distinct values([1.0, 1.00, 1]) => [1]
    distinct values([[1], [1], {a: 1}, {a: 1}]) => [[1], {a: 1}]
    distinct values([true, 1]) => [true, 1]
    insert before([1, 3], 2, 2) => [1, 2, 3]
    insert before([1, 3], -1, 2) => [1, 2, 3]
    insert before([1], 3, 2) => null
    insert before([1], 0, 2) => null
    remove([1, 2, 3], 2) => [1, 3]
    remove([1, 2, 3], -1) => [1, 2]
    remove([1], 2) => null
    list replace([1, 2, 3], 2, 9) => [1, 9, 3]
    list replace([1, 2, 3], -1, 9) => [1, 2, 9]
    list replace([1, 2, 3], 4, 9) => null
    list replace([2, 4, 7], function(item, newItem) item < newItem, 5) => [5, 5, 7]
    list replace([1], function(item) true, 5) => null
    list replace([1], function(item, newItem) 1, 5) => null
    list replace(list: [1], match: function(item, newItem) true, newItem: 2) => [2]
    reverse([1, 2, 3]) => [3, 2, 1]
    reverse([]) => []
    index of([1, 2, 1], 1) => [1, 3]
    index of([null], null) => [1]
    index of([1], 2) => []
    flatten([1, [2, [3, [4]]]]) => [1, 2, 3, 4]
    flatten([[], [[]]]) => []
    flatten(1) => [1]
    sort([3, 1, 2], function(a, b) a < b) => [1, 2, 3]
    sort([3, 1, 2], function(a, b) a > b) => [3, 2, 1]
    sort([{n: 2}, {n: 1}], function(a, b) a.n < b.n) => [{n: 1}, {n: 2}]
    sort(list: [2, 1], precedes: function(a, b) a < b) => [1, 2]
    sort([2, 1]) => [1, 2]
    sort([2, "a"]) => null
    sort([1], function(a) true) => null
    sort([], function(a, b) true) => []
    all([true, true]) => true
    all([true, false, null]) => false
    all([true, null]) => null
    all([]) => true
    all(true, false) => false
    all([1]) => null
    any([false, true, null]) => true
    any([false, null]) => null
    any([]) => false
    any(false, true) => true
""")
def test_functions_on_lists(left, right):
    agree(left, right)


@table("""
    get value({a: 1}, "a") => 1
    get value({a: 1}, "b") => null
    get value({a: 1}, 1) => null
    get value(null, "a") => null
    get entries({a: 1, b: null}) => [{key: "a", value: 1}, {key: "b", value: null}]
    get entries({}) => []
    get entries([{a: 1}]) => [{key: "a", value: 1}]
    get entries("a") => null
    context([{key: "a", value: 1}, {key: "b", value: 2}]) => {a: 1, b: 2}
    context({key: "a", value: 1}) => {a: 1}
    context([{key: "a", value: 1}, {key: "a", value: 2}]) => null
    context([{key: "a"}]) => null
    context([]) => {}
    context put({a: 1}, "b", 2) => {a: 1, b: 2}
    context put({a: 1}, "a", 2) => {a: 2}
    context put({a: {b: 1}}, ["a", "b"], 2) => {a: {b: 2}}
    context put({a: {b: 1}}, ["a", "c"], 2) => {a: {b: 1, c: 2}}
    context put({a: 1}, ["a", "b"], 2) => null
    context put({}, [], 1) => null
    get value(context: {a: 1}, key: "a") => 1
    context put({}, [null], 1) => null
    context put(context: {}, keys: ["x"], value: 1) => {x: 1}
    context put(context: {}, key: ["x"], value: 1) => {x: 1}
    context merge([{a: 1}, {a: 2, b: 3}]) => {a: 2, b: 3}
    context merge([]) => {}
    context merge([{a: 1}, null]) => null
    {a: 1, b: a + 1, c: {d: b}} => {a: 1, b: 2, c: {d: 2}}
    {"a b": 1}.a b => 1
    {} => {}
""")
def test_functions_on_contexts(left, right):
    agree(left, right)


@table("""
    not(true) => false
    not(false) => true
    not(null) => null
    not(1) => null
    is(1, 1.0) => true
    is(1, "1") => false
    is(null, null) => true
    is(@"2024-01-01T00:00:00Z", @"2024-01-01T08:00:00+08:00") => false
    is(@"10:00:00Z", @"10:00:00+00:00") => true
    is(@"10:00:00@Etc/UTC", @"10:00:00Z") => false
    is(@"2024-01-01", @"2024-01-01T00:00:00") => false
    is(value2: 1) => false
""")
def test_truth_and_identity(left, right):
    agree(left, right)
