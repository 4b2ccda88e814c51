#!/usr/bin/env python3
"""embed_desk.py DIST OUT.c OUT.S DEPFILE - the files of the page, as a table and as bytes.

DIST is laid out as the paths are; FILE.gz beside FILE is its gzip, kept as stored. What is below desk/ carries a digest
of its content in its name. Where DIST is not there the table is empty: whoever works on the server alone needs no page.
"""
import hashlib
import os
import sys

TYPES = {
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
    '.css': 'text/css; charset=utf-8',
    '.svg': 'image/svg+xml',
    '.json': 'application/json',
    '.webmanifest': 'application/manifest+json',
}


def found_in(dist):
    for folder, _, names in sorted(os.walk(dist)):
        for name in sorted(names):
            path = os.path.join(folder, name)
            if not name.endswith('.gz') and os.path.splitext(name)[1] in TYPES:
                yield path


def table(dist):
    rows, code = [], ['/* Grown from web/dist by embed_desk.py. */', '\t.section .rodata', '']
    symbols = []
    for i, path in enumerate(found_in(dist)):
        url = '/' + os.path.relpath(path, dist).replace(os.sep, '/')
        url = url.removesuffix('index.html')
        with open(path, 'rb') as file:
            digest = hashlib.sha256(file.read()).hexdigest()[:16]
        for what, file in (('plain', path), ('gzip', path + '.gz')):
            name = f'desk_{what}_{i}'
            code += [f'\t.global {name}, {name}_end', f'{name}:', f'\t.incbin "{file}"', f'{name}_end:', '\t.byte 0']
            symbols += [name, f'{name}_end']
        is_named_so = 'true' if url.startswith('/desk/') else 'false'
        rows.append(f'\t{{"{url}", "{TYPES[os.path.splitext(path)[1]]}", "{digest}", {is_named_so}, '
                    f'desk_plain_{i}, desk_plain_{i}_end, desk_gzip_{i}, desk_gzip_{i}_end}},')
    code += ['\t.section .note.GNU-stack,"",%progbits']
    names = [f'extern const char {name}[];' for name in symbols]
    text = ['/* Grown from web/dist by embed_desk.py. */', '#include <stddef.h>', '#include "desk/desk_files.h"', '', *names, '',
            'const struct desk_file desk_files[] = {', *rows, '\t{NULL, NULL, NULL, false, NULL, NULL, NULL, NULL},', '};']
    return '\n'.join(text) + '\n', '\n'.join(code) + '\n'


# What has not changed keeps its time: nothing is compiled anew for it.
def write(path, text):
    try:
        with open(path) as file:
            if file.read() == text:
                return
    except FileNotFoundError:
        pass
    with open(path, 'w') as file:
        file.write(text)


def main(dist, out_c, out_s, depfile):
    dist = os.path.abspath(dist)
    text, code = table(dist)
    # The assembler's input names the files, not what is in them.
    digests = [hashlib.sha256(open(path + end, 'rb').read()).hexdigest() for path in found_in(dist) for end in ('', '.gz')]
    write(out_c, text)
    write(out_s, code + ''.join(f'/* {digest} */\n' for digest in digests))
    with open(depfile, 'w') as file:
        file.write(f'{out_c}: {" ".join(path for path in found_in(dist))}\n')


main(*sys.argv[1:])
