"""The house is tidy: names say something, and nothing is too long to be read."""

from tests.house import tidiness
from tests.house.tidiness import Exemption
from tests.house.tree import Source, all_of, kept, kept_names

# Each with its reason. The numbers are exact: whoever shortens one lowers it here.
LONG_FILES: dict[str, Exemption] = {}
LONG_FUNCTIONS: dict[str, Exemption] = {}
MADE_BY_TOOLS = {"frontend/src/api/schema.d.ts"}
WRITTEN = (".py", ".ts", ".js", ".svelte", ".css", ".html")


def test_every_module_says_what_its_room_is_for() -> None:
    assert all_of(tidiness.docstring(source) for source in kept(".py")) == []


def test_no_name_says_nothing() -> None:
    written = [source for source in kept(*WRITTEN) if source.name not in MADE_BY_TOOLS]
    assert all_of(tidiness.name(source) for source in written) == []


def test_every_file_is_read_in_one_sitting() -> None:
    written = [source for source in kept(*WRITTEN) if source.name not in MADE_BY_TOOLS]
    assert all_of(tidiness.file_size(source, LONG_FILES) for source in written) == []


def test_every_function_fits_on_one_screen() -> None:
    modules = kept(".py")
    assert all_of(tidiness.function_sizes(source, LONG_FUNCTIONS) for source in modules) == []


def test_no_line_of_python_is_too_long() -> None:
    assert all_of(tidiness.line_lengths(source) for source in kept(".py")) == []


def test_every_folder_of_the_import_packages_is_a_package() -> None:
    assert tidiness.packages(kept_names()) == []


def test_every_exemption_has_a_reason_and_a_thing_that_exists() -> None:
    for what, exempt in {**LONG_FILES, **LONG_FUNCTIONS}.items():
        name, _, function = what.partition("::")
        text = next((s.text for s in kept() if s.name == name), "")
        assert f"def {function}" in text if function else text, f"{what} is no more"
        assert len(exempt.reason.split()) > 3, f"{what}: why?"


def test_a_module_without_a_first_line_is_caught() -> None:
    assert tidiness.docstring(Source("a.py", "X = 1\n"))
    assert tidiness.docstring(Source("a.py", '"""Quotes."""\n'))
    assert tidiness.docstring(Source("pkg/__init__.py", "X = 1\n"))
    assert not tidiness.docstring(Source("a.py", '"""Freezes a price for a while."""\n'))
    assert not tidiness.docstring(Source("pkg/__init__.py", ""))


def test_a_name_that_says_nothing_is_caught_on_files_and_folders() -> None:
    assert tidiness.name(Source("backend/konsento/utils.py", ""))
    assert tidiness.name(Source("backend/konsento/common/price.py", ""))
    assert tidiness.name(Source("frontend/src/helpers.svelte.ts", ""))
    assert not tidiness.name(Source("backend/konsento/pricing.py", ""))


def test_a_file_of_301_lines_is_caught_and_one_of_300_is_not() -> None:
    assert tidiness.file_size(Source("a.py", "x\n" * 301), {})
    assert not tidiness.file_size(Source("a.py", "x\n" * 300), {})


def test_a_function_of_41_lines_is_caught_also_inside_a_class() -> None:
    body = "class A:\n    async def f(self):\n" + "        x = 1\n" * 40
    assert tidiness.function_sizes(Source("a.py", body), {})
    assert not tidiness.function_sizes(Source("a.py", body.removesuffix("        x = 1\n")), {})


def test_an_exemption_may_only_shrink() -> None:
    def told(lines: int) -> list[str]:
        allowed = {"a.py": Exemption(310, "a table that is read as a whole")}
        return tidiness.file_size(Source("a.py", "x\n" * lines), allowed)

    assert told(310) == []
    assert "may only shrink" in told(311)[0]
    assert "lower its exemption" in told(309)[0]
    assert "strike it" in told(300)[0]


def test_a_line_of_101_characters_is_caught() -> None:
    assert tidiness.line_lengths(Source("a.py", "x" * 101))
    assert not tidiness.line_lengths(Source("a.py", "電" * 100))
    assert not tidiness.line_lengths(Source("a.py", "x" * 90 + "  # type: ignore[attr-defined]"))


def test_a_folder_that_is_no_package_is_caught() -> None:
    assert tidiness.packages(["backend/konsento/__init__.py", "backend/konsento/mdms/meter.py"])
    assert not tidiness.packages(["backend/konsento/__init__.py", "backend/konsento/cli.py"])
