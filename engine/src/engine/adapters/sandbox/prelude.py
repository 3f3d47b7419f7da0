"""The trusted code that runs in the sandbox around an author's: views, read-back.

One evaluation feeds the worker `PERFORM` with two texts: the data (`visible.py` says
what is in them) and the author's code. `perform` builds views of the data, runs the
code in a namespace of its own, and writes down the result: the value of an expression,
or what statements changed.

Monty dispatches neither `__getattr__` nor `__len__` and knows no `del`: so a view keeps
each key as a real attribute, and `len` is replaced where it may meet a view. The
author's code cannot name anything of this; still the host believes nothing that comes
back, and checks all of it again.
"""

PERFORM = 'f"{perform(text, source)}"[:most]'
"""The one feed of an evaluation: whatever happens, a text of bounded length. Code
cannot rebind what cuts it: f-strings and slices are syntax."""

PRELUDE = r'''
import json

# Where a view keeps its keys. Code cannot write this name as an attribute.
KEYS = '\0keys'

# An attribute cannot be deleted, so that a removed key leaves this.
REMOVED = type('removed', (), {})()

FUNCTION = type(lambda: 0)


class View:
    """A dict whose keys can also be read and written as attributes."""

    def __init__(self, fields):
        setattr(self, KEYS, {k: 1 for k in fields})
        for k in fields:
            setattr(self, k, fields[k])

    def __getitem__(self, key):
        if key in keys_of(self):
            return getattr(self, key)
        raise KeyError(key)

    def __setitem__(self, key, value):
        if type(key) is not str:
            raise TypeError(f'the key {key!r} is not a string')
        getattr(self, KEYS)[key] = 1
        setattr(self, key, value)

    def __contains__(self, key):
        return key in keys_of(self)

    def __iter__(self):
        return iter(list(keys_of(self)))

    def __eq__(self, other):
        return plain(self) == plain(other)

    def __or__(self, other):
        return {**plain(self), **plain(other)}

    def __repr__(self):
        return repr(plain(self))

    def get(self, key, default=None):
        return getattr(self, key) if key in keys_of(self) else default

    def keys(self):
        return list(keys_of(self))

    def values(self):
        return [getattr(self, k) for k in keys_of(self)]

    def items(self):
        return [(k, getattr(self, k)) for k in keys_of(self)]

    def update(self, other):
        for k in other:
            View.__setitem__(self, k, other[k])

    def setdefault(self, key, default=None):
        if key not in keys_of(self):
            View.__setitem__(self, key, default)
        return getattr(self, key)

    def pop(self, key, *default):
        if key in keys_of(self):
            value = getattr(self, key)
            getattr(self, KEYS).pop(key)
            setattr(self, key, REMOVED)
            return value
        if default:
            return default[0]
        raise KeyError(key)


def keys_of(view):
    """The keys of a view, with those that code assigned as attributes."""
    keys = getattr(view, KEYS)

    # Monty does not say that an attribute was assigned: so each one that the code
    # mentions is tried. A function is a method of the view, and no data.
    for k in scope['attributes']:
        if k not in keys and hasattr(view, k):
            value = getattr(view, k)
            if value is not REMOVED and type(value) is not FUNCTION:
                keys[k] = 1
    return keys


def size(value):
    """`len` for code that may meet a view."""
    return len(keys_of(value)) if type(value) is View else len(value)


def wrap(value, always):
    """The value, with views where code may open an object by an attribute.

    `always`: an attribute is assigned, so that the keys do not tell whether it is one.
    """
    kind = type(value)

    if kind is dict:
        if scope['nested']:
            value = {k: wrap(value[k], scope['wrap_inner']) for k in value}
        if always:
            return View(value)
        for name in scope['attributes']:
            if name in value:
                return View(value)

    elif kind is list and scope['nested']:
        return [wrap(item, scope['wrap_inner']) for item in value]

    return value


def plain(value):
    """The value with dicts instead of views."""
    kind = type(value)
    if kind is View:
        return {k: plain(getattr(value, k)) for k in keys_of(value)}
    if kind is dict:
        return {k: plain(value[k]) for k in value}
    if kind is list:
        return [plain(item) for item in value]
    return value


def text_of(value):
    """The value as JSON; None if it is not JSON: then `checked` says why."""
    try:
        # Without a copy, where no view is inside.
        if type(value) is not View:
            return json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        pass

    try:
        return json.dumps(plain(value))
    except (TypeError, ValueError, RecursionError):
        return None


def where(path):
    """The place of a value, as the author would write it: this.out['x'][0]."""
    text = ''
    while len(path) == 2:
        text = f'[{path[1]!r}]{text}'
        path = path[0]
    return path[0] + text


def checked(value, path, depth):
    """A copy of a result that is JSON and keeps within the limits.

    `path` is a chain of pairs, written out only for an error: a text for each value
    would cost more than the check.
    """
    kind = type(value)

    scope['values_left'] -= 1
    if scope['values_left'] < 0:
        raise ValueError(f'{where(path)[:80]}… is beyond the most values allowed')
    if depth > scope['max_depth']:
        raise ValueError(f'{where(path)[:80]}… is nested too deeply')

    if kind is View or kind is dict:
        found = {}
        for k in value:
            if type(k) is not str:
                raise TypeError(f'{where(path)} has the key {k!r}, not a string')
            found[k] = checked(value[k], (path, k), depth + 1)
        return found

    if kind is list or kind is tuple:
        return [checked(v, (path, i), depth + 1) for i, v in enumerate(value)]

    # Neither NaN nor an infinity: infinity minus itself is NaN.
    if kind is float and (value != value or value - value != 0):
        raise ValueError(f'{where(path)} is {value}, which JSON does not know')

    if value is None or kind in (str, int, float, bool):
        return value
    raise TypeError(f'{where(path)} is of type {kind.__name__}, not JSON data')


def opened(node, before):
    """The view of a node; `before` gets its sections as text, to compare them later."""
    fields = {}
    for k in node:
        if k in ('params', 'input', 'out'):
            # An expression changes nothing, so that there is nothing to compare.
            before[k] = json.dumps(node[k]) if scope['statements'] else ''

        if k in ('error', '_loop'):
            fields[k] = wrap(node[k], False)
        elif k in ('params', 'input') or (k == 'out' and scope['wrap_out']):
            fields[k] = wrap(node[k], scope['wrap_sections'])
        else:
            fields[k] = node[k]
    return View(fields)


def namespace(views):
    """The names that the author's code has."""
    names = {k: views[scope['names'][k]] for k in scope['names']}
    names['node'] = views[scope['node']]
    names['loop'] = View({k: views[scope['loop'][k]] for k in scope['loop']})
    if 'input' in scope['views'][scope['node']]:
        names['input'] = names['node'].input
    if 'pipeline' in scope:
        names['pipeline'] = wrap(scope['pipeline'], True)

    # A node may have the id `len`: then code means that node.
    if scope['replace_len']:
        names.setdefault('len', size)
    return names


def changes(views, before):
    """The sections that are no longer what they were."""
    found = {}
    for id in views:
        for k in before[id]:
            now = getattr(views[id], k)
            if text_of(now) != before[id][k]:
                found.setdefault(id, {})[k] = checked(now, (f'{id}.{k}',), 1)
    return found


def perform(text, source):
    """Run the author's code on the data, and write down what came of it."""
    global scope
    scope = json.loads(text)
    before = {id: {} for id in scope['views']}
    views = {id: opened(scope['views'][id], before[id]) for id in before}
    names = namespace(views)

    if scope['statements']:
        exec(source, names)
        return json.dumps(changes(views, before))
    return json.dumps(checked(eval(source, names), ('the value',), 1))
'''
