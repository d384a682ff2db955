from runs import configured, here, prose, rows_of, write_jsonl

from pipelines import running

CONFIGURATION = """
    {inputs: {web: in}, output: {path: out}, steps: [{name: raw, measure: [gopher_quality]}],
     duplicates: {of: raw, survivor: [characters desc]}}
    """


def test_a_survivor_whose_file_is_renamed_is_named_anew(tmp_path, monkeypatch):
    here(monkeypatch)
    for name, spaces in (("a", 1), ("m", 2), ("z", 0)):  # the survivor is not the smallest, which names the component
        write_jsonl(tmp_path / f"in/{name}.jsonl", [prose(1) + " " * spaces])
    running.run(configured(tmp_path, CONFIGURATION))
    (tmp_path / "in/m.jsonl").rename(tmp_path / "in/n.jsonl")
    running.run(configured(tmp_path, CONFIGURATION), overwrite=True)
    survivors = {reason["survivor"] for row in rows_of(tmp_path / "out", "decisions") for reason in row["reasons"]}
    assert survivors == {"web/n.jsonl:0"}
