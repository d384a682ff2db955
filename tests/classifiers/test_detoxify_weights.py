import hashlib
import http.server
import socket
import threading

import pytest

from classifiers import detoxify_weights
from classifiers.detoxify_weights import MODELS, Weights, located, reaches
from filters.errors import ConfigurationError, InputError

CONTENT = b"weights " * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class Answers(http.server.BaseHTTPRequestHandler):
    """Gives the file at one path, half of it at another, and nothing elsewhere."""

    def do_GET(self):
        if "gone" in self.path:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT[: len(CONTENT) // 2] if "half" in self.path else CONTENT)

    def do_HEAD(self):
        self.send_error(404)

    def log_message(self, *_):
        pass


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """An empty cache of torch's, and no word about the network from outside."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setenv("no_proxy", "*")
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "torch" / "hub" / "checkpoints"


@pytest.fixture(scope="module")
def address():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def silent():
    """An address that takes a connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def publish(monkeypatch, url):
    monkeypatch.setitem(MODELS, "original", Weights(url, ("toxicity",), ("en",)))


def test_what_lies_in_the_cache_of_torch_is_not_fetched(cache, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    cache.mkdir(parents=True)
    (cache / "toxic_original-c1212f89.ckpt").write_bytes(b"any")
    assert located("original") == cache / "toxic_original-c1212f89.ckpt"


def test_what_does_not_is_fetched_into_it(cache, monkeypatch, address):
    publish(monkeypatch, f"{address}/toxic-{DIGEST[:8]}.ckpt")
    assert located("original").read_bytes() == CONTENT
    assert [path.name for path in cache.iterdir()] == [f"toxic-{DIGEST[:8]}.ckpt"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (
            "toxic-00000000.ckpt",
            f"another file than Detoxify's 'original': its sha256 begins {DIGEST[:8]}, expected 0000",
        ),
        (f"half-{DIGEST[:8]}.ckpt", "broke off after 4000 of 8000 bytes|IncompleteRead"),
        (f"gone-{DIGEST[:8]}.ckpt", "HTTP Error 404"),
    ],
)
def test_what_is_another_file_or_half_of_it_is_refused_and_not_kept(cache, monkeypatch, address, path, message):
    publish(monkeypatch, f"{address}/{path}")
    with pytest.raises(InputError, match=message) as raised:
        located("original")
    assert address in str(raised.value)
    assert str(cache) in str(raised.value)
    assert "name a copy of it as `checkpoint:` with its `sha256:`" in str(raised.value)
    assert not list(cache.iterdir())


def test_a_network_that_does_not_answer_is_not_waited_for(monkeypatch, silent):
    monkeypatch.setattr(detoxify_weights, "_SILENCE", 0.2)
    publish(monkeypatch, f"{silent}/toxic-{DIGEST[:8]}.ckpt")
    with pytest.raises(InputError, match=r"cannot be fetched from http://127.*timed out"):
        located("original")


def test_fetching_ends_when_it_takes_too_long_in_all(monkeypatch, address):
    monkeypatch.setattr(detoxify_weights, "_LONGEST", -1.0)
    publish(monkeypatch, f"{address}/toxic-{DIGEST[:8]}.ckpt")
    with pytest.raises(InputError, match="not done after -1 seconds"):
        located("original")


@pytest.mark.parametrize("name", ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
def test_offline_nothing_is_asked_for(monkeypatch, name):
    monkeypatch.setenv(name, "1")
    publish(monkeypatch, "http://nobody.invalid/toxic-00000000.ckpt")
    with pytest.raises(InputError, match=r"HF_HUB_OFFLINE forbids to fetch it from http://nobody\.invalid"):
        located("original")


def test_an_address_is_reached_whatever_it_answers(address, silent):
    assert reaches(address)
    assert not reaches(silent, seconds=0.2)


def test_the_cache_is_the_one_that_torch_would_use(monkeypatch, tmp_path):
    monkeypatch.delenv("TORCH_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(InputError, match=str(tmp_path / "torch" / "hub" / "checkpoints")):
        located("unbiased")


def test_every_published_model_has_the_digits_of_its_digest_in_its_name():
    assert {name: weights.beginning for name, weights in MODELS.items()} == {
        "multilingual": "0b549669",
        "original": "c1212f89",
        "original-small": "0e1d6498",
        "unbiased": "c7548aa0",
        "unbiased-small": "c8519128",
    }


def test_without_the_extra_the_message_says_what_to_install(monkeypatch):
    from classifiers.detoxify_judge import DetoxifyJudge

    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(
        ConfigurationError, match=r"needs the packages detoxify, torch, transformers.* tamis\[detoxify\]"
    ):
        DetoxifyJudge("detoxify", "original")
