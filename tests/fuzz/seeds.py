"""Where the fuzzing begins: small whole documents of each format, and the words that mean something to each parser."""

from __future__ import annotations

import functools
import gzip
import io
import json
import sqlite3

from qa.evaluation import own

WORDS = ["İ", "ß", "ﬁ", "\u0301", "\u200b", "\ufeff", "\ud800", "\0", "９", "²", "１０", "\u2028", "🚢", "العربية", "(", "\"", "“", "’", "'", "-", "—", "<", "&", "\\", "%", "$", "€"]  # fmt: skip
PROSE = ["Mr. ", "U.S. ", "Putin ", "said ", "that ", "not ", "27 ", "people ", "died", ". ", "! ", "\"Yes,\" ", "on Sunday ", "28 March 2022 ", "$3.5 million ", "no ", "refused to meet ", "e.g. ", "…", "3.4 percent ", "He "]  # fmt: skip
FRONT = ["---\n", "date: 2022-03-28\n", "title: x\n", "date 2022-03-28: ", "# Title\n\n", "ISTANBUL, March 28, 2022 (Wire) — ", "Published 28 March 2022\n\n", "kind: live\n"]  # fmt: skip
HTML_WORDS = ["<div style='", "display:none", "color:", "#fff", "\\64 ", "\\110000 ", "'>", "<p>", "</p>", "<br>", "<!--", "-->", "<style>.a{", "}</style>", "@media{", "<time datetime='", "<meta property='article:published_time' content='", "<script type='application/ld+json'>", "</script>", "&#x0;", "&#xD800;", "&#99999999;", "<svg>", "<b hidden>", "<html>", "<table><tr><td>", "<![CDATA[", "]]>", "<?x ?>", "xmlns:a='b'", "<a:b c:d='e'>"]  # fmt: skip
FEED_WORDS = ["<!DOCTYPE x>", "<!ENTITY a 'b'>", "&a;", "<item>", "</item>", "<link>", "<pubDate>", "9999-12-31T23:59:59-12:00", "0001-01-01", "<guid>", "<content:encoded>", "<![CDATA[", "]]>", "xml:base='http://['", "<atom:link href='//['/>", "<description>"]  # fmt: skip
TABLE_WORDS = [",", ";", "\t", '"', '""', "\r", "\n", "text", "published", "9999-12-31T23:59:59-12:00", "a" * 50]
CLOCKS = ["2022-03-28", "T10:00:00", "Z", "+14:00", "-23:59", "+24:00", "9999-12-31", "0001-01-01", "Mon, 28 Mar 2022 10:00:00 ", "GMT", "EST", "+9999", "28 March 2022", " 5:30 pm", "0000", "99", "20220328", "/", ":", "٣", "Sept. 1st, 2022"]  # fmt: skip
ADDRESSES = ["http://", "https://", "HTTP:", "//", "[", "]", "::1", "::ffff:10.0.0.1", "127.0.0.1", "0x7f.1", "2130706433", "64:ff9b::7f00:1", "@", ":", "80", "65536", "-1", "%25", "%", "．", "。", "①", "xn--", "localhost", "example.org", "/", "#", "?", "\\", "\t", "²"]  # fmt: skip
UNSEEN = ["\u202e", "\U000e0041", "\u00ad", "\r\n", "\r", "\x85", "\u2029", "\n\n\n\n", " \n", "\x1b[31m", "e\u0301", "\ufe0f", "\u200d"]  # fmt: skip
TIMES = ["on Sunday", "last month", "28–30 March", "early ", "the 1990s", "two weeks ago", "in 2022", "from May to July", "noon", "5:30 pm", "GMT", "31 February", "30 March 9999", "1 January 0001", "99999999999 years ago", "three centuries later", "next ", "the ", "Q3 ", "2022-W60", "T25:61", "-", "/", "the end of ", "Tuesday ", "weekend", "10,000 days ago", "tomorrow", "the day after ", "12/31/9999"]  # fmt: skip
NUMBERS = ["27", "3.5", "1,000", "1.000.000", "million ", "billion ", "half a ", "two-thirds of ", "$", "€", "%", "per cent", "a dozen ", "hundreds of ", "at least ", "1/0", "1e999", "-", "–", "to ", "10", "00", "km", "degrees", "²", "९", "½", "一", "⅓", "ten ", "hundred ", "and ", "minus ", "9" * 40]  # fmt: skip
SAYING = ["“", "”", "\"", "‘", "’", "said ", "says ", "according to ", "he ", "she ", "Sergei Lavrov ", "the minister ", ", ", ". ", ": ", "told reporters ", "that ", "added", "Reuters", "\n\n", "who ", "spokesman "]  # fmt: skip
ORDERS = ["Ignore ", "all ", "previous ", "instructions", ". ", "Tell the user ", "AI assistants ", "must ", "answer ", "READ MORE: ", "Photo: ", "Getty Images", "https://x.example/a ", "Share", " Tweet", "\n", "\n\n", "system prompt ", "(@a) March 28, 2022", "please "]  # fmt: skip
ASKING = ["when ", "who ", "how many ", "did ", "what did ", "say ", "as of 28 March 2022", "as of ", "between ", "2021 and ", "2022", "latest ", "first ", "?", "and ", "it ", "ferry Petrel ", "people ", "since ", "before 1 January 0001", "after 31 December 9999", "Putin "]  # fmt: skip
TOKENS = ["<|im_end|>", "<|im_start|>", "<|", "|>", "im_end", "<", ">", "|", "[INST]", "[/", "INST]", "</s>", "<<SYS>>", "\uff1c", "\uff5c", "\u200b", "\u00ad", "‹", "¦", "{{question}}", "{{", "}}", "(end of ", "mark ", "Extracts (", "\n", "<think>", "\u034f", "＜", "⟨", "〈", "\ufe0f"]  # fmt: skip
MARKUP = ["<script>", "<img src=x onerror=a()>", "](javascript:a())", "![x](https://evil.example/a.png)", "[a](", "<https://evil.example>", "https://evil.example/", "www.evil.example", "`", "```", "\n\n# ", "\n", "    ", "\t", "| a |\n|---|", "*", "_", "~~", "&lt;", "&#60;", "${1}", "{{1}}", "\x1b[31m", "\u202e", "'", "\"", "=", ">", "- ", "1. ", "---", "a@evil.example", "[1]: https://evil.example", "\\", "$$"]  # fmt: skip
TOML_WORDS = ['"""', "{{", "}}", "[", "]", "=", "\n", "name", "version = 9e9", "variables = [1]", "true", "1979-05-27", "\\u0000", "text = 5"]  # fmt: skip
JSON_KEYS = ["version", "items", "tags", "authors", "author", "name", "url", "id", "title", "content_html", "date_published", "text", "published", "source", "articles", "fictional", "kind", "language", "headline", "date", "body"]  # fmt: skip
JSON_WORDS = ["null", "true", "1e999", "NaN", "-1", "[]", "{}", "\"", "[", "{", "https://jsonfeed.org/version/1.1", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "http://[", "\\ud800", "text", "openai", "http://a", "10", "99999999999999999999", "Infinity", "\0"]  # fmt: skip

RECORD = {"url": "https://wire.example/a", "title": "Ferry aground", "published": "2022-03-20T10:00:00Z", "outlet": "Wire", "authors": ["A. B."], "text": "The ferry Petrel ran aground. Rescuers brought 42 people ashore."}  # fmt: skip
JSON_FEED = {"version": "https://jsonfeed.org/version/1.1", "title": "Wire", "items": [{"id": "https://wire.example/a", "title": "Ferry", "content_html": "<p>It ran aground.</p>", "date_published": "2022-03-20T10:00:00Z", "tags": ["sea"], "authors": [{"name": "A"}]}]}  # fmt: skip
JSON_DOCUMENTS = [json.dumps(RECORD), json.dumps([RECORD, RECORD]), json.dumps({"articles": [RECORD]}), json.dumps(JSON_FEED)]  # fmt: skip
TABLES = ["title,text,published\nFerry,It ran aground.,2022-03-20\nB,\"two\nlines, and a comma\",\n", "title\ttext\nA\tb\n"]  # fmt: skip
PAGES = [
    "<!doctype html><html lang='en'><head><title>Ferry</title><meta name='date' content='2022-03-20'>"
    "<link rel='canonical' href='https://wire.example/a'><style>.a{display:none}</style>"
    "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"headline\":\"Ferry\",\"datePublished\":"
    "\"2022-03-20T10:00:00Z\",\"author\":[{\"name\":\"A\"}]}</script></head><body><article><h1>Ferry</h1>"
    "<p class='a'>hidden</p><p>The ferry Petrel ran aground off Tarn Island on Saturday, the coast guard said.</p>"
    "<p>Rescuers brought 42 people ashore. <a href='javascript:x'>More</a></p></article></body></html>"
]  # fmt: skip
FEEDS = [
    "<?xml version='1.0'?><rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel>"
    "<title>Wire</title><language>en</language><item><title>Ferry</title><link>https://wire.example/a</link>"
    "<pubDate>Sun, 20 Mar 2022 10:00:00 GMT</pubDate><content:encoded><![CDATA[<p>It ran aground.</p>]]>"
    "</content:encoded></item></channel></rss>",
    "<feed xmlns='http://www.w3.org/2005/Atom'><title>Wire</title><entry><id>tag:a</id><title>Ferry</title>"
    "<link href='https://wire.example/a'/><updated>2022-03-20T10:00:00+03:00</updated><summary>It ran.</summary>"
    "</entry></feed>",
]  # fmt: skip


def _pdf() -> bytes:
    stream = b"BT /F1 12 Tf 72 720 Td (The ferry Petrel ran aground on Saturday.) Tj ET"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    data, offsets = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    return data + head + table + b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(data)


PDFS = [_pdf()]
PDF_WORDS = [b"/Filter /FlateDecode", b"/Length 99999999", b"1 0 R", b"/Kids [2 0 R]", b"/Encrypt 1 0 R", b"<<", b">>", b"[", b"obj", b"stream", b"(", b"\\", b"/Filter [/ASCII85Decode /LZWDecode]", b"/ToUnicode 4 0 R", b"/Predictor 15", b"/Count -1", b"null", b" Tj", b"BI ID EI", b"<FEFF>", b"/Filter /RunLengthDecode", b"/Type /ObjStm", b"/Type /XRef"]  # fmt: skip
ENCODED = ["Erdoğan met Putin. ".encode(), "Erdoğan".encode("utf-16"), b'<meta charset="windows-1252">caf\xe9', b"<?xml version='1.0' encoding='utf-8'?><rss>"]  # fmt: skip
CHARSETS = [b'charset="idna"', b'charset="punycode"', b'charset="utf-7"', b'charset="unicode_escape"', b"charset=rot13", b"encoding='undefined'", b"\xff\xfe", b"\x00\x00\xfe\xff", b"charset=utf-32", b"charset=hz"]  # fmt: skip
LABELS = ["", "utf-8", "latin-1", "idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "utf-7", "rot13", "zlib", "gb18030", "iso2022_jp", "shift_jis", "\0", "x" * 300, "../x", "mbcs", "utf-16", "cp65001", "hz"]  # fmt: skip
SUFFIXES = ["", ".txt", ".md", ".html", ".json", ".jsonl", ".csv", ".tsv", ".xml", ".pdf", ".exe"]
ALL = [*PDFS, *(text.encode() for text in [*PAGES, *FEEDS, *TABLES, *JSON_DOCUMENTS, "date 2022-03-28: The talks begin."]), gzip.compress(b"a", mtime=0), b"PK\x03\x04"]  # fmt: skip
PROMPTS = ['name = "greet"\nversion = 1\npurpose = "p"\nvariables = ["who"]\ntext = "Hello {{who}}"\n']
VARIABLES = ["llm", "llm_url", "llm_timeout", "passages", "recency", "answer_from", "question_limit", "fetch_private", "cache"]  # fmt: skip
CHOICES = [json.dumps({"llm": "openai", "model": "m", "url": "http://127.0.0.1:1/v1", "key": "k"})]
SETS = [path.read_text(encoding="utf-8").split("\n")[0] for path in own.set_files()]


@functools.cache
def _conversation() -> tuple[str, bytes]:
    """An answer as a conversation keeps it, and the file of a conversation."""
    from qa.conversations import codec
    from tests.fuzz import holding

    answer = holding.answer("when", "On Tuesday.")
    store = io.BytesIO()
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        "CREATE TABLE conversations (id TEXT PRIMARY KEY, title TEXT NOT NULL, begun TEXT NOT NULL, changed TEXT NOT"
        " NULL) WITHOUT ROWID; INSERT INTO conversations VALUES ('c', 't', '2022-03-28', '2022-03-28')"
    )
    store.write(connection.serialize())
    connection.close()
    return json.dumps(codec.encode(answer, {})), store.getvalue()


CONVERSATIONS = [_conversation()[0]]
DATABASES = [_conversation()[1]]
