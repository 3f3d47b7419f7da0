"""What there is of Python in the code of authors: its built-in names, its modules.

The sandbox is an adapter, which the domain does not know. A test compares these lists
with what the sandbox itself offers.
"""

BUILTINS = frozenset(
    """
    ArithmeticError AssertionError AttributeError BaseException Ellipsis Exception
    False FileExistsError FileNotFoundError ImportError IndexError IsADirectoryError
    KeyError KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError
    None NotADirectoryError NotImplemented NotImplementedError OSError OverflowError
    PermissionError RecursionError RuntimeError StopIteration SyntaxError SystemExit
    TimeoutError True TypeError UnboundLocalError UnicodeDecodeError
    UnicodeEncodeError ValueError ZeroDivisionError abs all any bin bool bytes chr
    complex dict divmod enumerate eval exec filter float format frozenset getattr
    hasattr hash hex id int isinstance iter len list locals map max min next object
    oct open ord pow print property range repr reversed round set setattr slice sorted
    str sum tuple type zip
    """.split()
)

MODULES = frozenset(
    """
    asyncio base64 binascii bisect collections copy csv dataclasses
    datetime decimal functools hashlib itertools json math os os.path pathlib
    posixpath random re sys time tomllib typing unicodedata
    """.split()
)

USEFUL_MODULES = ("math", "re", "json", "datetime", "random", "itertools")
"""What a message names of them."""

REFLECTION = frozenset({"eval", "exec", "locals"})
"""With these, code can define and use names that only its run shows."""

MUTATORS = frozenset(
    """
    add append appendleft clear difference_update discard extend extendleft insert
    intersection_update pop popitem popleft remove reverse rotate setdefault shuffle
    sort symmetric_difference_update update writerow writerows
    """.split()
)
"""Methods that change their object, whose result may be left aside."""

TEXT_METHODS = frozenset(
    """
    capitalize casefold center endswith format isdigit join ljust lower lstrip replace
    rjust rsplit rstrip split splitlines startswith strip title upper zfill
    """.split()
)
"""Methods of texts, which never change: a result left aside is lost."""

FOREIGN_NAMES = {
    "true": "Python writes True",
    "false": "Python writes False",
    "null": "Python writes None",
    "none": "Python writes None",
    "undefined": "Python writes None",
    "nil": "Python writes None",
    "self": "this node is called “node”",
    "this": "this node is called “node”",
    "item": "the item of a loop is called “node._loop”",
    "_loop": "write “node._loop”",
    "out": "write “node.out”",
    "output": "write “node.out”",
    "outputs": "write “node.out”",
    "params": "write “node.params”",
}
"""What people write who think of another language, or leave out the node."""
