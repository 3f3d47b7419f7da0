"""Completion in bash and zsh: commands, their options, routes, and what these take."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.cli.client import EngineClient, segment
from engine.cli.trouble import Trouble
from engine.domain.contracts.contract import Contract
from engine.domain.contracts.keywords import listed

SCRIPTS = {
    # The line is given whole: bash cuts its words also at “=”, “:” and “@”. Behind “@”
    # it would look for the name of a host, and what it replaces begins with “@”.
    "bash": """\
_marketplace() {
  local IFS=$'\\n'
  local line="${COMP_LINE:0:COMP_POINT}"
  local word="${line##*[[:space:]]}"
  COMPREPLY=($(marketplace complete-words --line "$line" 2>/dev/null))
  [ ${#COMPREPLY[@]} -eq 0 ] || return
  if [[ $word != *@* ]]; then
    compopt -o default
    return
  fi
  local path file="${word#*@}"
  for path in $(compgen -f -- "$file"); do
    [ ! -d "$path" ] || { path+=/; compopt -o nospace; }
    printf -v path %q "$path"
    COMPREPLY+=("@$path")
  done
}
complete -F _marketplace marketplace
""",
    # What stands in front of “@” is kept, and a file is looked for behind it.
    "zsh": """\
_marketplace() {
  local -a found
  found=(${(f)"$(marketplace complete-words -- "${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( ${#found} )); then compadd -a found; else compset -P '*@'; _files; fi
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _marketplace marketplace
""",
}
"""By the name of the shell, what is read at its start."""

ROUTE = "route"
"""How commands name an argument that is a route."""

RUN = "run"
"""The command that takes the options of its route, too."""

ENGINE_OPTION = "--engine"


def split(line: str) -> list[str]:
    """The words of a line behind the command, the last one as far as it was typed.

    >>> split("marketplace run face-"), split("marketplace run "), split("m a 'b c")
    (['run', 'face-'], ['run', ''], ['a', 'b c'])
    """
    for closing in ("", "'", '"'):
        try:
            words = shlex.split(line + closing)
        except ValueError:
            # A quotation mark is open.
            continue
        return [*words[1:], ""] if line.endswith(" ") and not closing else words[1:]
    return []


def completions(group: Any, typed: Sequence[str], url: str) -> list[str]:
    """What the last word may become; the others are those before it."""
    *before, last = typed or ("",)
    words = _Typed(group=group, engine=url)
    for word in before:
        words.take(word)
    return [word for word in words.following(last) if word.startswith(last)]


@dataclass
class _Typed:
    """What was typed, word by word."""

    group: Any
    """A command of click; one of several commands until one of them is named."""
    engine: str
    arguments: list[str] = field(default_factory=list)
    option: str = ""
    """It was typed last, and its value comes next."""

    def take(self, word: str) -> None:
        """The next word, which is complete."""
        option, self.option = self.option, ""
        if option:
            if option == ENGINE_OPTION:
                self.engine = word
        elif word.startswith("-"):
            name, equals, value = word.partition("=")
            if equals and name == ENGINE_OPTION:
                self.engine = value
            elif not equals and name not in self._flags:
                self.option = name
        elif word in self._commands:
            self.group = self._commands[word]
        else:
            self.arguments.append(word)

    @property
    def _commands(self) -> Mapping[str, Any]:
        """The commands one of which comes next."""
        found: Mapping[str, Any] = getattr(self.group, "commands", {})
        return {} if self.arguments else found

    @property
    def _argument(self) -> str | None:
        """The name of the argument that comes next; None: no other one is taken."""
        names = [
            one.name for one in self.group.params if one.param_type_name == "argument"
        ]
        return names[len(self.arguments)] if len(self.arguments) < len(names) else None

    @property
    def _options(self) -> dict[str, Any]:
        return {
            name: option
            for option in self.group.params
            for name in option.opts
            if name.startswith("-")
        }

    @property
    def _flags(self) -> set[str]:
        """Options without a value; those of a route come with their values."""
        own = self._options.items()
        return {"--help"} | {name for name, option in own if option.is_flag}

    def following(self, last: str) -> Iterator[str]:
        """What may come next."""
        if self.option:
            yield from self._values_of_option()
        elif self._commands:
            yield from (n for n, one in self._commands.items() if not one.hidden)
        elif last.startswith("-"):
            yield from (name for name in self._options if name.startswith("--"))
            yield from self._options_of_route()
        elif self._argument == ROUTE:
            yield from self._routes()

    def _routes(self) -> list[str]:
        """Nothing while no engine answers."""
        try:
            with EngineClient(self.engine) as client:
                return [str(line["route"]) for line in client.routes()]
        except Trouble:
            return []

    def _contract(self) -> Contract | None:
        """What the route takes that is to be run."""
        if self.group.name != RUN or not self.arguments:
            return None
        try:
            with EngineClient(self.engine) as client:
                route = client.get(f"/services/{segment(self.arguments[0])}")
        except Trouble:
            return None
        return Contract.of_input(route["inputSchema"] or {})

    def _options_of_route(self) -> Iterator[str]:
        contract = self._contract()
        for key in contract.properties if contract else ():
            yield f"--{key}"

    def _values_of_option(self) -> Iterator[str]:
        """The values of an option of the route, where it has only some."""
        if self.option in self._options:
            return
        contract = self._contract()
        key = self.option.removeprefix("--")
        schema = contract.properties.get(key, {}) if contract else {}
        if schema.get("type") == "boolean":
            yield from ("true", "false")
        yield from (one for one in listed(schema.get("enum")) if isinstance(one, str))
