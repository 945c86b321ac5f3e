"""The commands: one function each; whatever is heavy is imported inside."""

from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from cli.settings import Settings, refuse_language
from cli.usage import usage_error
from profiles.catalogue import has, text
from profiles.errors import ExitCode

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)
key_app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)
app.add_typer(key_app, name="key")
policy_app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)
app.add_typer(policy_app, name="policy")

ProfilePath = Annotated[Path, typer.Argument(metavar="PROFIL")]
Target = Annotated[Path | None, typer.Option("--to", metavar="DOSSIER")]


def _settings(context: typer.Context) -> Settings:
    settings = context.find_root().obj
    assert isinstance(settings, Settings)  # noqa: S101 - set by run, for the type checker
    return settings


@app.command()
def demo(context: typer.Context, to: Target = None) -> None:
    from cli.demo import demo as play

    raise typer.Exit(play(_settings(context), to))


@app.command()
def check(context: typer.Context, profile: ProfilePath) -> None:
    from cli.check import check as run_check

    raise typer.Exit(run_check(_settings(context), profile))


@app.command()
def explain(context: typer.Context, profile: ProfilePath) -> None:
    from cli.explain import explain as run_explain

    raise typer.Exit(run_explain(_settings(context), profile))


@app.command()
def anonymize(
    context: typer.Context,
    profile: ProfilePath,
    to: Target = None,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
) -> None:
    from cli.making import anonymize as run_anonymize

    raise typer.Exit(run_anonymize(_settings(context), profile, to, dry_run=dry_run))


@app.command()
def assess(
    context: typer.Context,
    profile: ProfilePath,
    candidate: Annotated[Path | None, typer.Argument(metavar="CANDIDAT")] = None,
    to: Annotated[Path | None, typer.Option("--to", metavar="FICHIER")] = None,
) -> None:
    from cli.runs import assess as run_assess

    raise typer.Exit(run_assess(_settings(context), profile, candidate, to))


@app.command()
def release(context: typer.Context, profile: ProfilePath, to: Target = None) -> None:
    from cli.runs import release as run_release

    raise typer.Exit(run_release(_settings(context), profile, to))


@app.command()
def synth(context: typer.Context, profile: ProfilePath, to: Target = None) -> None:
    from cli.synth import synth as run_synth

    raise typer.Exit(run_synth(_settings(context), profile, to))


@app.command()
def quality(
    context: typer.Context,
    profile: ProfilePath,
    synthetic: Annotated[Path | None, typer.Option("--synthetic", metavar="DOSSIER")] = None,
    to: Annotated[Path | None, typer.Option("--to", metavar="FICHIER")] = None,
    *,
    indicator: Annotated[list[str] | None, typer.Option("--indicator", metavar="SQL")] = None,
    target: Annotated[list[str] | None, typer.Option("--target", metavar="COLONNE")] = None,
) -> None:
    from cli.quality import quality as run_quality

    raise typer.Exit(
        run_quality(
            _settings(context), profile, synthetic, to, indicators=indicator or (), targets=target or ()
        )
    )


@app.command()
def verify(context: typer.Context, folder: Annotated[Path, typer.Argument(metavar="DOSSIER")]) -> None:
    from cli.runs import verify as run_verify

    raise typer.Exit(run_verify(_settings(context), folder))


@app.command()
def describe(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="SOURCE")],
    to: Annotated[Path | None, typer.Option("--to", metavar="FICHIER")] = None,
    person: Annotated[str | None, typer.Option("--person", metavar="COLONNE")] = None,
) -> None:
    from cli.describe import describe as run_describe

    raise typer.Exit(run_describe(_settings(context), source, to, person))


@app.command()
def schema(
    context: typer.Context, output: Annotated[Path | None, typer.Option("--output", metavar="FICHIER")] = None
) -> None:
    from cli.explain import schema as run_schema

    raise typer.Exit(run_schema(_settings(context), output))


@key_app.command("new")
def key_new(
    context: typer.Context, output: Annotated[Path | None, typer.Option("--output", metavar="FICHIER")] = None
) -> None:
    from cli.key import new

    raise typer.Exit(new(_settings(context), output))


@app.command()
def history(context: typer.Context, profile: ProfilePath) -> None:
    from cli.history import history as show_history

    raise typer.Exit(show_history(_settings(context), profile))


@policy_app.command("show")
def policy_show(
    context: typer.Context, name: Annotated[str | None, typer.Argument(metavar="POLITIQUE")] = None
) -> None:
    from cli.policy import show

    raise typer.Exit(show(_settings(context), name))


@policy_app.command("diff")
def policy_diff(
    context: typer.Context,
    first: Annotated[str, typer.Argument(metavar="POLITIQUE")],
    second: Annotated[str, typer.Argument(metavar="POLITIQUE")],
) -> None:
    from cli.policy import diff

    raise typer.Exit(diff(_settings(context), first, second))


@app.command()
def doctor(context: typer.Context) -> None:
    from cli.doctor import doctor as examine

    raise typer.Exit(examine(_settings(context)))


@app.callback()
def root(
    lang: Annotated[str, typer.Option("--lang", metavar="fr|en")] = "fr",
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    # Both are taken by cli.settings before typer runs; they stand here to be shown by --help.
    del lang, as_json


def run(arguments: list[str], settings: Settings) -> int:
    """Run one command; usage errors of the parser become ours."""
    if arguments[:1] == ["--unknown-language"]:
        refuse_language()
    if arguments[:1] == ["--version"]:
        return _version(settings)
    command = typer.main.get_command(app)
    _translate(command, (), settings)
    try:
        return command.main(args=arguments, prog_name="vitrail", standalone_mode=False, obj=settings) or 0
    except typer.Abort:
        raise KeyboardInterrupt from None
    except TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error)
            return ExitCode.ACCEPTED
        raise usage_error(error) from None


def _version(settings: Settings) -> int:
    from importlib.metadata import PackageNotFoundError, version

    try:
        print(f"vitrail {version('vitrail')}")
    except PackageNotFoundError:
        print(text("cli.not-installed", settings.lang))
    return ExitCode.ACCEPTED


def _translate(command: object, path: tuple[str, ...], settings: Settings) -> None:
    """Put the catalogue's texts where --help shows them, in the language of this run."""
    name = ".".join(("cli", "help", *path))
    command.help = command.short_help = text(name, settings.lang)  # type: ignore[attr-defined]
    for parameter in command.params:  # type: ignore[attr-defined]
        for key in (f"cli.parameter.{'.'.join((*path, parameter.name))}", f"cli.parameter.{parameter.name}"):
            if has(key):
                parameter.help = text(key, settings.lang)
                break
    option = command.get_help_option(typer.Context(command))  # type: ignore[attr-defined, arg-type]
    if option is not None:
        option.help = text("cli.parameter.help", settings.lang)
    for child, sub in getattr(command, "commands", {}).items():
        _translate(sub, (*path, child), settings)
