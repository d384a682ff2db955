"""datatrove's MinHash deduplication in its four steps: run by the interpreter that has it, for `duplicates_peers.py`.

``peer_dedup_datatrove.py INPUT_FOLDER OUTPUT_FOLDER WORKERS`` prints the seconds of each step as JSON. The parameters
are those of its examples/minhash_deduplication.py and of FineWeb, 5-grams, 14 buckets of 8 hashes of 64 bits; shards in
and out are JSONL.gz.
"""

import json
import sys
import time

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter
from datatrove.utils.hashing import HashConfig


def main(source, target, workers):
    workers = int(workers)
    config = MinhashConfig(n_grams=5, num_buckets=14, hashes_per_bucket=8, hash_config=HashConfig(precision=64))

    def pages():
        return JsonlReader(source, glob_pattern="*.jsonl.gz")

    kept = [pages(), MinhashDedupFilter(f"{target}/remove"), JsonlWriter(f"{target}/clean")]
    steps = {
        "signatures": ([pages(), MinhashDedupSignature(f"{target}/signatures", config=config)], workers),
        "buckets": ([MinhashDedupBuckets(f"{target}/signatures", f"{target}/buckets", config=config)], 14),
        "cluster": ([MinhashDedupCluster(f"{target}/buckets", f"{target}/remove", config=config)], 1),
        "filter": (kept, workers),
    }
    seconds = {}
    for name, (pipeline, tasks) in steps.items():
        executor = LocalPipelineExecutor(
            pipeline, tasks=tasks, workers=min(tasks, workers), logging_dir=f"{target}/logs/{name}"
        )
        began = time.perf_counter()
        executor.run()
        seconds[name] = round(time.perf_counter() - began, 2)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main(*sys.argv[1:])
