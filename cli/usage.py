"""A command that is badly written, told in the catalogue's words instead of the parser's."""

from difflib import get_close_matches

from typer.exceptions import TyperException

from profiles.errors import UsageError


def usage_error(error: TyperException) -> UsageError:
    """What the parser refused; its own English sentence only where we have none."""
    # The parser's own classes are private to typer; their names and attributes are those of click.
    message, kind = str(getattr(error, "message", "")), type(error).__name__
    if kind == "NoSuchOption":
        return UsageError("option-unknown", option=getattr(error, "option_name", ""))
    if kind == "MissingParameter":
        return UsageError("argument-missing", name=_parameter(error))
    if message.startswith("No such command"):
        return _unknown_command(message.split("'")[1], error)
    if message.startswith("Got unexpected extra"):
        return UsageError("argument-extra", extra=message.partition("(s) (")[2].removesuffix(")"))
    if "requires an argument" in message:
        return UsageError("option-without-value", option=message.split("'")[1])
    return UsageError("command-line", message=message)


def _parameter(error: TyperException) -> str:
    parameter = getattr(error, "param", None)
    return str(parameter.get_error_hint()).strip("'") if parameter is not None else ""


def _unknown_command(name: str, error: TyperException) -> UsageError:
    group = getattr(getattr(error, "ctx", None), "command", None)
    commands = sorted(getattr(group, "commands", ()))
    near = get_close_matches(name, commands, n=1)
    if near:
        return UsageError("command-misspelt", command=name, near=near[0])
    return UsageError("command-unknown", command=name, commands=", ".join(commands))
