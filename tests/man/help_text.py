"""Turns what a tool's --help-all says into the generated parts of its manual page, in mdoc."""

import re
import textwrap

# "  -q, --qos N      how sure delivery has to be [0]"; the text may begin on the next line.
ROW = re.compile(r"^  (?P<names>(?:-\w, |    )--\S+(?: \S+)*)(?:  +(?P<text>\S.*))?$")
CODE = re.compile(r"^  (?P<code>\d\S*) +(?P<text>\S.*)$")
CONTINUED = re.compile(r"^ {4,}(?P<text>[^\s-].*|-[^\s-].*)$")


def roff(text):
    """Running text that roff prints as it stands."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text[:1] in (".", "'") else text


def paragraph(text):
    """Lines of source of at most 78 characters, each sentence on a line of its own."""
    lines = []
    for sentence in re.split(r"(?<=\.) +(?=[A-Z])", text):
        lines += textwrap.wrap(roff(sentence), 78, break_long_words=False, break_on_hyphens=False)
    return [line if line[0] not in ".'" else "\\&" + line for line in lines]


def sections(help_text):
    """[(title, lines)] in order; a title stands at the left edge, and so does the usage before the first one."""
    found = []
    for line in help_text.splitlines():
        if line and not line.startswith(" "):
            found.append((line, []))
        elif found:
            found[-1][1].append(line)
    return found


def rows(lines, form, key):
    """[(key, text)] with continued lines joined."""
    found = []
    for line in lines:
        match = form.match(line)
        more = CONTINUED.match(line)
        if match:
            found.append([match[key], match["text"] or ""])
        elif more and found:
            found[-1][1] = f"{found[-1][1]} {more['text']}".strip()
    return [(name, text) for name, text in found]


def item(names):
    """"-q, --qos N" → ".It Fl q , Fl -qos Ar N" """
    words = names.strip().split(" ")
    parts = []
    while words and words[0].startswith("-"):
        word = words.pop(0)
        parts.append("Fl " + word.rstrip(",")[1:])
    value = " Ar " + " ".join(words) if words else ""
    return ".It " + " , ".join(parts) + value


def options(help_text):
    """The option groups as subsections; [] when the text has none."""
    lines = []
    for title, content in sections(help_text):
        listed = rows(content, ROW, "names")
        if not listed:
            continue
        lines += [f".Ss {title}", ".Bl -tag -width Ds"]
        for names, text in listed:
            lines += [item(names), *paragraph(text[:1].upper() + text[1:] + ".")]
        lines.append(".El")
    return lines


def exit_codes(help_text):
    for title, content in sections(help_text):
        if title.lower().startswith("exit code"):
            lines = [".Bl -tag -width Ds"]
            for code, text in rows(content, CODE, "code"):
                lines += [f".It {code}", *paragraph(text[:1].upper() + text[1:] + ".")]
            return lines + [".El"]
    return []
