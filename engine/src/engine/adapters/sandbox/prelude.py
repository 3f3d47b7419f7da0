"""The trusted code that runs in the sandbox around an author's: views, read-back.

Monty dispatches neither `__getattr__` nor `__len__` and knows no `del`: so a view
keeps each key as a real attribute, and `len` is replaced where it may meet a view.
The author's code runs in a namespace of its own and cannot name anything of this;
still the host believes nothing that comes back, and checks all of it again.
"""

PERFORM = 'f"{perform(text, source)}"[:most]'
"""The one feed of an evaluation: whatever happens, a text of bounded length."""

PRELUDE = r'''
import json

KEYS = '\0keys'
GONE = type('removed', (), {})()
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
            setattr(self, key, GONE)
            return value
        if default:
            return default[0]
        raise KeyError(key)

def keys_of(view):
    keys = getattr(view, KEYS)
    for k in scope['attributes']:
        if k not in keys and hasattr(view, k):
            value = getattr(view, k)
            if value is not GONE and type(value) is not FUNCTION:
                keys[k] = 1
    return keys

def size(value):
    return len(keys_of(value)) if type(value) is View else len(value)

def wrap(value, force):
    kind = type(value)
    if kind is dict:
        if scope['nested']:
            value = {k: wrap(value[k], scope['every']) for k in value}
        if force:
            return View(value)
        for name in scope['attributes']:
            if name in value:
                return View(value)
    elif kind is list and scope['nested']:
        return [wrap(item, scope['every']) for item in value]
    return value

def plain(value):
    kind = type(value)
    if kind is View:
        return {k: plain(getattr(value, k)) for k in keys_of(value)}
    if kind is dict:
        return {k: plain(value[k]) for k in value}
    if kind is list:
        return [plain(item) for item in value]
    return value

def text_of(value):
    try:
        if type(value) is not View:
            return json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        pass
    try:
        return json.dumps(plain(value))
    except (TypeError, ValueError, RecursionError):
        return None

def where(path):
    text = ''
    while len(path) == 2:
        text = f'[{path[1]!r}]{text}'
        path = path[0]
    return path[0] + text

def checked(value, path, depth):
    kind = type(value)
    scope['left'] -= 1
    if scope['left'] < 0:
        raise ValueError(f'{where(path)[:80]}… is beyond the most values allowed')
    if depth > scope['depth']:
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
    if kind is float and (value != value or value - value != 0):
        raise ValueError(f'{where(path)} is {value}, which JSON does not know')
    if value is None or kind in (str, int, float, bool):
        return value
    raise TypeError(f'{where(path)} is of type {kind.__name__}, not JSON data')

def opened(view, before):
    fields = {}
    for k in view:
        if k in ('params', 'input', 'out'):
            before[k] = json.dumps(view[k]) if scope['statements'] else ''
        if k in ('params', 'input', '_loop') or (k == 'out' and scope['out']):
            fields[k] = wrap(view[k], scope['force'] and k != '_loop')
        else:
            fields[k] = view[k]
    return View(fields)

def namespace(views):
    names = {k: views[scope['names'][k]] for k in scope['names']}
    names['node'] = views[scope['node']]
    names['loop'] = View({k: views[scope['loop'][k]] for k in scope['loop']})
    if 'input' in scope['views'][scope['node']]:
        names['input'] = names['node'].input
    if 'pipeline' in scope:
        names['pipeline'] = wrap(scope['pipeline'], True)
    if scope['len']:
        names.setdefault('len', size)
    return names

def changes(views, before):
    found = {}
    for id in views:
        for k in before[id]:
            now = getattr(views[id], k)
            if text_of(now) != before[id][k]:
                found.setdefault(id, {})[k] = checked(now, (f'{id}.{k}',), 1)
    return found

def perform(text, source):
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
