"""Which names a piece of code defines and uses, by the rules of Python's scopes."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

Function = ast.FunctionDef | ast.AsyncFunctionDef
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass(eq=False, slots=True)
class Scope:
    """The module, a function, a class or a comprehension, and the names in it."""

    node: ast.AST
    outer: "Scope | None" = None
    bound: set[str] = field(default_factory=set)
    global_names: set[str] = field(default_factory=set)

    @property
    def is_comprehension(self) -> bool:
        return isinstance(self.node, Comprehension)

    @property
    def module(self) -> "Scope":
        scope = self
        while scope.outer:
            scope = scope.outer
        return scope

    def bind(self, name: str) -> None:
        """Define a name here, or where a `global` says."""
        home = self.module if name in self.global_names else self
        home.bound.add(name)

    def bind_walrus(self, name: str) -> None:
        """`(name := …)` defines it around the comprehensions that it stands in."""
        scope = self
        while scope.is_comprehension and scope.outer:
            scope = scope.outer
        scope.bind(name)

    def sees(self, name: str) -> bool:
        """Whether the name is defined here or around; a class hides its own names."""
        if name in self.bound:
            return True

        scope = self.outer
        while scope:
            if name in scope.bound and not isinstance(scope.node, ast.ClassDef):
                return True
            scope = scope.outer
        return False


@dataclass(frozen=True, slots=True)
class Use:
    """A name that is read, and the scope in which it stands."""

    node: ast.Name
    scope: Scope

    @property
    def name(self) -> str:
        return self.node.id

    @property
    def is_defined(self) -> bool:
        return self.scope.sees(self.name)


class Names:
    """The names of a piece of code.

    A name counts as defined wherever in its scope that happens, also later: what is
    not defined at all is a mistake for certain.
    """

    def __init__(self, tree: ast.AST) -> None:
        self.uses: list[Use] = []
        self.added_to: list[Use] = []
        """Names in `name += …`: they must be there, and are not used by that."""
        self._scopes: list[Scope] = []

        # A list and no recursion: an expression may have a thousand parts.
        self._todo: list[tuple[ast.AST, Scope]] = []
        self._visit_later([tree], self._opened(tree, None))
        while self._todo:
            self._visit(*self._todo.pop())

        self.used = {use.name for use in self.uses}
        self.bound = frozenset().union(*(scope.bound for scope in self._scopes))
        """Every name that is defined in some scope."""

    @property
    def undefined(self) -> Iterator[Use]:
        """Names that nothing in the code defines, each time that they are used."""
        uses = (*self.uses, *self.added_to)
        lost = [use for use in uses if not use.is_defined]
        return iter(sorted(lost, key=lambda use: _position(use.node)))

    def _opened(self, node: ast.AST, outer: Scope | None) -> Scope:
        scope = Scope(node, outer)
        self._scopes.append(scope)
        return scope

    def _visit_later(
        self, nodes: Iterator[ast.AST] | list[ast.AST], scope: Scope
    ) -> None:
        self._todo.extend((node, scope) for node in nodes)

    def _visit(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.Name(ctx=ast.Load()):
                self.uses.append(Use(node, scope))
            case ast.Name():
                scope.bind(node.id)
            case ast.AugAssign(target=ast.Name() as target):
                self.added_to.append(Use(target, scope))
                self._visit_later([node.value], scope)
            case ast.AnnAssign():
                # What is annotated is not evaluated here.
                parts = [node.target, node.value]
                self._visit_later([part for part in parts if part], scope)
            case ast.NamedExpr():
                scope.bind_walrus(node.target.id)
                self._visit_later([node.value], scope)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                self._visit_function(node, scope)
            case ast.ClassDef():
                self._visit_class(node, scope)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                self._visit_comprehension(node, scope)
            case _:
                self._bind_others(node, scope)
                self._visit_later(ast.iter_child_nodes(node), scope)

    def _bind_others(self, node: ast.AST, scope: Scope) -> None:
        """Names that stand in the tree as plain texts."""
        match node:
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                for alias in names:
                    scope.bind(alias.asname or alias.name.partition(".")[0])
            case ast.Global(names=names):
                scope.global_names.update(names)
                scope.module.bound.update(names)
            case (
                ast.ExceptHandler(name=str() as name)
                | ast.MatchAs(name=str() as name)
                | ast.MatchStar(name=str() as name)
                | ast.MatchMapping(rest=str() as name)
            ):
                scope.bind(name)

    def _visit_function(self, node: Function | ast.Lambda, scope: Scope) -> None:
        inner = self._opened(node, scope)
        arguments = node.args
        named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        rest = [arg for arg in (arguments.vararg, arguments.kwarg) if arg]
        inner.bound.update(arg.arg for arg in (*named, *rest))

        defaults = [*arguments.defaults, *arguments.kw_defaults]
        self._visit_later([value for value in defaults if value], scope)

        if isinstance(node, ast.Lambda):
            self._visit_later([node.body], inner)
        else:
            scope.bind(node.name)
            self._visit_later(list(node.decorator_list), scope)
            self._visit_later(list(node.body), inner)

    def _visit_class(self, node: ast.ClassDef, scope: Scope) -> None:
        scope.bind(node.name)
        around = [*node.decorator_list, *node.bases, *node.keywords]
        self._visit_later(around, scope)
        self._visit_later(list(node.body), self._opened(node, scope))

    def _visit_comprehension(self, node: Comprehension, scope: Scope) -> None:
        inner = self._opened(node, scope)
        first = node.generators[0]

        # The first iterable is evaluated outside: `[x for x in x]`.
        self._visit_later([first.iter], scope)
        self._visit_later([first.target, *first.ifs, *node.generators[1:]], inner)
        if isinstance(node, ast.DictComp):
            self._visit_later([node.key, node.value], inner)
        else:
            self._visit_later([node.elt], inner)


def _position(node: ast.Name) -> tuple[int, int]:
    return node.lineno, node.col_offset
