#!/usr/bin/env python3
"""embed_sql.py FILE.sql... OUT.c - the numbered migrations as C arrays.

A file is named NNNN_DATABASE[_what].sql; the numbers of one database run from 1 without gaps.
Arrays of numbers, not string literals: ISO C bounds the length of a literal.
"""
import os
import sys

DATABASES = ('journal', 'sotto')


def main(out, paths):
    migrations = {name: [] for name in DATABASES}
    for path in sorted(paths, key=os.path.basename):
        number, database = os.path.basename(path)[:-len('.sql')].split('_')[:2]
        found = migrations[database]
        if int(number) != len(found) + 1:
            sys.exit(f'{path}: expected migration {len(found) + 1} of {database}')
        with open(path, 'rb') as file:
            found.append(file.read())
    lines = ['/* Grown from schema/ by embed_sql.py. */', '#include <stddef.h>', '#include "store/store_migrations.h"', '']
    for database, found in migrations.items():
        for i, sql in enumerate(found, 1):
            lines.append(f'static const char {database}_{i}[] = {{')
            codes = [str(byte) for byte in sql] + ['0']
            lines += ['\t' + ', '.join(codes[at:at + 20]) + ',' for at in range(0, len(codes), 20)]
            lines.append('};')
        rows = ', '.join(f'{database}_{i}' for i in range(1, len(found) + 1))
        lines.append(f'const char *const {database}_migrations[] = {{{rows}, NULL}};')
    with open(out, 'w') as file:
        file.write('\n'.join(lines) + '\n')


main(sys.argv[-1], sys.argv[1:-1])
