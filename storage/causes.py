"""Why a record is no document: the names that are counted by, and what each means."""

__all__ = ["FAULTS", "MEANINGS", "SKIPS"]

SKIPS = {
    "warcinfo": "a record about the archive itself (WARC warcinfo, ARC filedesc)",
    "request": "an HTTP request",
    "metadata": "a WARC metadata record, WAT included",
    "revisit": "a WARC revisit record: the page was stored by an earlier crawl",
    "continuation": "a WARC continuation record: a part of a segmented record",
    "other_record": "a WARC record of a type that the standard does not name",
    "redirect": "an HTTP response with status 3xx",
    "http_error": "an HTTP response with a status other than 2xx and 3xx",
    "not_text": "a payload that is neither HTML, XHTML nor plain text",
    "empty_body": "a response or conversion without a body",
    "blank_line": "a line of JSONL that holds white space only",
    "no_main_text": "a page in which the extractor finds no main text",
    "not_sampled": "a record that the sample leaves out",
}
"""Records that were read and passed over, by cause."""

FAULTS = {
    "unreadable_shard": "the file cannot be opened, its format is not known, or reading it ended its process",
    "unreadable_rest": "reading stopped with an error of the file system, or ended its process",
    "truncated_file": "the file ends inside a record",
    "bad_gzip_member": "compressed data that cannot be decoded",
    "bad_zstd_member": "compressed data that cannot be decoded",
    "bad_lz4_member": "compressed data that cannot be decoded",
    "bad_header": "the header lines of a record are missing or malformed",
    "wrong_length": "a record is not as long as its header says",
    "too_large": "a record, line or page over the limit, a decompression bomb included",
    "bad_http": "an HTTP response that cannot be parsed, or whose body cannot be decoded",
    "bad_utf8": "text that is not UTF-8",
    "bad_json": "a line that is not JSON",
    "not_an_object": "a line of JSON that is not an object",
    "missing_text": "the text column is missing or null",
    "bad_text": "the text is not a string, or holds half of a surrogate pair",
    "bad_column": "a value that does not fit the declared column, or an id, URL or date that is none",
    "bad_row_group": "a row group of Parquet, or a batch of Arrow, that cannot be decoded",
    "nested_too_deep": "a page with more levels of elements than the limit",
    "page_too_large": "a page over the limit for extraction",
    "bad_page": "the extractor failed on a page",
    "crashed": "measuring it ended its process, alone too",
    "timed_out": "measuring it alone took longer than a batch may",
    "annotator_failed": "an annotator or cleaner raised on it",
}
"""Records that could not be read, or not be measured, by error."""

MEANINGS = {**SKIPS, **FAULTS}
"""What each name means, for reports."""
