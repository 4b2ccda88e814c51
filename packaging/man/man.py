#!/usr/bin/env python3
"""man.py PROGRAM VERSION SAMPLE FOLDER - writes the man pages from what the program says of itself.

sotto.1 lists the commands (`PROGRAM help`); sotto-COMMAND.1 is `PROGRAM COMMAND --help`, with that of each of its
kinds (`sotto user add`); sotto.yaml.5 is the commented sample. So none of them can say something else.
PROGRAM -- commands: prints their names."""
import re
import subprocess
import sys
from pathlib import Path


def ask(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def commands(program):
    """name -> its line of `sotto help`"""
    return dict(re.findall(r'^  (\S+) +(\S.*)$', ask(program, 'help'), re.M))


def escape(text):
    """Plain text to roff: `x` is bold."""
    text = text.replace('\\', '\\e').replace('-', '\\-')
    text = re.sub(r'`([^`]*)`', r'\\fB\1\\fR', text)
    return re.sub(r"^(?=[.'])", r'\\&', text)


def verbatim(text):
    lines = (re.sub(r"^(?=[.'])", r'\\&', line.replace('\\', '\\e').replace('-', '\\-')) for line in text.splitlines())
    return ['.nf', *lines, '.fi']


def prose(text):
    """Lines run on; those that are indented stay as they are."""
    out = []
    for block in re.split(r'\n{2,}', text.strip('\n')):
        out.append('.PP')
        for is_table, lines in grouped(block.splitlines()):
            out += verbatim('\n'.join(lines)) if is_table else map(escape, lines)
    return out


def grouped(lines):
    groups = []
    for line in lines:
        is_table = line.startswith(' ')
        if not groups or groups[-1][0] != is_table:
            groups.append((is_table, []))
        groups[-1][1].append(line)
    return groups


def options(block):
    out = []
    for line in block.splitlines():
        left, right = re.match(r'^  (\S.*?)(?:  +(\S.*))?$', line).groups()
        out += ['.TP', f'\\fB{escape(left)}\\fR', escape(right or '')]
    return out


def help_of(program, *words):
    """usage, what it does, options"""
    usage, _, rest = ask(program, *words, '--help').partition('\n\n')
    about, last = rest.strip('\n'), ''
    if re.search(r'(?:^|\n)  --', about):
        cut = re.search(r'(?:^|\n\n)(?=  --)', about)
        about, last = about[:cut.start()], about[cut.end():]
    return usage.removeprefix('usage: '), about, last


def head(title, section, version, name, summary):
    return [f'.TH {title.upper()} {section} "" "Sotto {version}" "Sotto"', '.SH NAME', f'{escape(name)} \\- {escape(summary)}']


def synopsis(usage):
    return ['.SH SYNOPSIS', f'\\fB{escape(usage)}\\fR']


def see_also(*pages):
    return ['.SH SEE ALSO', *(f'.BR {escape(name)} ({section}),' for name, section in pages[:-1]),
            '.BR {} ({})'.format(escape(pages[-1][0]), pages[-1][1])]


# Of the Debian package; `make install` has the documents below its prefix.
FILES = {
    '/etc/sotto/sotto.yaml': 'the configuration: sotto.yaml(5); the sample is in /usr/share/sotto',
    '/var/lib/sotto': 'the store: data-dir of the configuration',
    '/usr/share/doc/sotto/operating.md': 'installing, upgrading, backup and restore on another machine, health, TLS',
    '/usr/share/doc/sotto/journal.md': 'what is written down, for operators and auditors',
}


def files():
    out = ['.SH FILES']
    for path, summary in FILES.items():
        out += ['.TP', f'.I {escape(path)}', escape(summary)]
    return out


def command_page(program, version, name, summary):
    usage, about, last = help_of(program, name)
    out = head(f'sotto-{name}', 1, version, f'sotto-{name}', summary) + synopsis(usage)
    out += ['.SH DESCRIPTION', *prose(about)]
    if last:
        out += ['.SH OPTIONS', *options(last)]
    kinds = re.match(rf'sotto {name} ([a-z-]+(?:\|[a-z-]+)+)', usage)
    for kind in kinds.group(1).split('|') if kinds else ():
        usage, about, last = help_of(program, name, kind)
        out += [f'.SH {name.upper()} {kind.upper()}', f'\\fB{escape(usage)}\\fR', *prose(about), *options(last)]
    return out + see_also(('sotto', 1), ('sotto.yaml', 5))


def overview(program, version):
    out = head('sotto', 1, version, 'sotto', 'an SMS contact centre server') + synopsis('sotto COMMAND [OPTIONS]')
    out += ['.SH DESCRIPTION', *prose(ask(program, 'help').partition('\n\n')[0]), '.SH COMMANDS']
    for name, summary in commands(program).items():
        out += ['.TP', f'.BR sotto\\-{escape(name)} (1)', escape(summary)]
    return out + files() + see_also(('sotto.yaml', 5))


def sample_page(version, sample):
    out = head('sotto.yaml', 5, version, 'sotto.yaml', 'the configuration of sotto')
    out += ['.SH DESCRIPTION', *prose('The file that `sotto serve --config FILE` reads; `sotto check-config FILE` says whether it is '
                                     'fine, or which line is not.')]
    return out + ['.PP', *verbatim(sample), *see_also(('sotto', 1), ('sotto-check-config', 1), ('sotto-serve', 1))]


def main():
    if sys.argv[2] == 'commands':
        print(*commands(sys.argv[1]))
        return
    program, version, sample, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])
    pages = {'sotto.1': overview(program, version), 'sotto.yaml.5': sample_page(version, sample.read_text())}
    for name, summary in commands(program).items():
        pages[f'sotto-{name}.1'] = command_page(program, version, name, summary)
    for name, lines in pages.items():
        (folder / name).write_text('.\\" written by packaging/man/man.py\n' + '\n'.join(lines) + '\n')


main()
