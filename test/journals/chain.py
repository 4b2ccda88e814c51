#!/usr/bin/env python3
"""chain.py FOLDER - the journal's chain, calculated as doc/journal.md says it and with none of Sotto's code.

Prints the number of the last event and its checksum; or the first event that is not what was written, and exits with 1.
"""
import hashlib
import sqlite3
import sys


def digest(body, salt):
    return hashlib.blake2b(body, key=salt, digest_size=32).digest()


def link(before, centre, row):
    numbers = (row['lsn'], row['epoch'], row['at'], row['kind'], row['command'], row['cause'], row['reference'])
    texts = (centre.encode(), row['asker'].encode())
    return hashlib.blake2b(
        before + b''.join((n & (1 << 64) - 1).to_bytes(8, 'little') for n in numbers)
        + b''.join(len(text).to_bytes(8, 'little') + text for text in texts)
        + row['digest'], digest_size=32).digest()


def main(folder):
    journal = sqlite3.connect(f'file:{folder}/journal.db?mode=ro', uri=True)
    journal.row_factory = sqlite3.Row
    base = journal.execute('SELECT lsn, chain FROM baseline').fetchone()
    last, chain = (base['lsn'], base['chain']) if base else (0, b'')
    for row in journal.execute('SELECT * FROM journal ORDER BY lsn'):
        last += 1
        if row['lsn'] != last:
            sys.exit(f'event {last} is missing')
        if not row['chain'] and not chain:
            continue  # from before rows had checksums
        if not row['erased'] and digest(row['body'], row['salt']) != row['digest']:
            sys.exit(f'event {last}: its body is not what was written')
        chain = link(chain or bytes(32), row['centre'], row)
        if chain != row['chain']:
            sys.exit(f'event {last}: its row is not what was written')
    print(last, chain.hex())


main(sys.argv[1])
