"""datatrove's MinHash signatures of some texts: run by the interpreter that has datatrove, for `near_duplicates.py`.

``peer_near_duplicates.py TEXTS.json`` prints the seconds of each round as JSON. Shingles and signatures are made, and
nothing is written.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

from datatrove.pipeline.dedup.minhash import MinhashDedupSignature

ROUNDS = 3


def main():
    texts = json.loads(Path(sys.argv[1]).read_text())
    with tempfile.TemporaryDirectory() as folder:
        step = MinhashDedupSignature(folder)
        seconds = []
        for _ in range(ROUNDS + 1):
            began = time.process_time()
            for text in texts:
                shingles = step.get_shingles(text)
                if shingles.size:
                    step.get_signature(shingles)
            seconds.append(time.process_time() - began)
    print(json.dumps(seconds[1:]))


if __name__ == "__main__":
    main()
