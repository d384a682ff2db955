"""What the pages for people say: configurations that load, commands that parse, links that lead somewhere."""

import re
import shlex
from pathlib import Path

import pytest
import typer
from tokenizers import Tokenizer, models

from pipelines.command import app
from pipelines.configuration import load
from pipelines.configuration_reference import filled, section_names

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
CONFIGURATION = ROOT / "docs" / "configuration.md"

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def blocks(page, language):
    """The fenced blocks of a page in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)


def commands(page, program):
    """The arguments of each call of a program in the console blocks of a page."""
    lines = [line for block in blocks(page, "console") for line in block.splitlines()]
    calls = [shlex.split(line[2:], comments=True) for line in lines if line.startswith("$ ")]
    return [call[1:] for call in calls if call[0] == program]


def anchors(page):
    """The names of a page's headings, as links call them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def parsed(arguments):
    """What the command line makes of arguments, without running anything."""
    group = typer.main.get_command(app)
    command = group.get_command(None, arguments[0])
    assert command is not None, f"there is no command {arguments[0]}"
    return command.make_context(arguments[0], arguments[1:]).params


@pytest.fixture
def folder(tmp_path):
    """Holds the files that configurations on the pages name."""
    for name in ("own_annotator.py", "own_cleaner.py", "own_preset.yaml"):
        (tmp_path / name).write_text((ROOT / "examples" / name).read_text())
    for name in ("boilerplate.txt", "my_insults.txt"):
        (tmp_path / name).write_text("cookie\n")
    (tmp_path / "mmlu.jsonl").write_text(
        '{"question": "Which of these rivers reaches the Black Sea at its northern end?"}\n'
    )
    Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]")).save(str(tmp_path / "tokenizer.json"))
    return tmp_path


def write_configurations(page, folder):
    """The configurations of a page as files, called as their first line says; the rest by number."""
    paths = []
    for number, block in enumerate(blocks(page, "yaml")):
        named = re.match(r"# (\S+\.yaml)\n", block)
        paths.append(folder / (named[1] if named else f"block-{number}.yaml"))
        paths[-1].write_text(block)
    return paths


@pages
def test_every_configuration_on_a_page_is_valid(page, folder):
    for path in write_configurations(page, folder):
        load(str(path))


@pages
def test_every_command_on_a_page_parses_and_its_settings_fit_its_configuration(page, folder, monkeypatch):
    monkeypatch.chdir(folder)
    write_configurations(page, folder)
    for arguments in commands(page, "tamis"):
        values = parsed(arguments)
        if Path(values.get("config", "")).is_file():
            load(values["config"], values["settings"] or [])


@pages
def test_every_make_target_on_a_page_is_in_the_makefile(page):
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert {arguments[0] for arguments in commands(page, "make")} <= set(targets)


def test_the_two_commands_of_the_readme_are_there():
    assert {arguments[0] for arguments in commands(ROOT / "README.md", "make")} == {"demo", "test"}


@pages
def test_every_link_on_a_page_leads_somewhere(page):
    text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if not link.startswith(("http:", "https:")):
            name, _, anchor = link.partition("#")
            target = page.parent / name if name else page
            assert target.exists(), f"{page.name} links to {link}"
            assert not anchor or anchor in anchors(target), f"{page.name} links to {link}"


def test_the_tables_of_keys_are_the_real_ones():
    text = CONFIGURATION.read_text()
    assert text == filled(text), "python -m pipelines.configuration_reference docs/configuration.md"


def test_every_section_has_a_table():
    assert sorted(re.findall(r"<!-- keys of (\w+) -->", CONFIGURATION.read_text())) == section_names()
