#!/usr/bin/env python3
"""Prints a user's notifications, a JSON line each, and misses none: replay.py URL USER PASSWORD FILE

FILE keeps the number of the last one that was printed, so whoever starts it again goes on behind it. Without FILE it
begins with all that is kept (a day). Lost networks, restarts and kills of the server it outlives. Standard library only.
"""
import base64
import json
import os
import sys
import time
import urllib.error
import urllib.request

MINE = '/v2/me/*'


class Lost(Exception):
    """The server does not answer, or knows this client no more: from the beginning."""


def post(url, authorization, message):
    request = urllib.request.Request(url + '/api/v2/notifications', json.dumps([message]).encode(),
                                     {'Authorization': authorization, 'Content-Type': 'application/json'})
    try:
        with urllib.request.urlopen(request, timeout=45) as reply:  # a poll is answered after 30 s at most
            return json.load(reply)
    except urllib.error.HTTPError as error:
        if error.code == 401:
            sys.exit('user or password is wrong')
        raise Lost from error
    except (OSError, ValueError) as error:
        raise Lost from error


def reply_to(channel, messages):
    reply = next((one for one in messages if one['channel'] == channel), {})
    if not reply.get('successful') and not reply.get('error', '').startswith('410'):
        raise Lost
    return reply


def listen(url, authorization, last, heard):
    """Yields nothing and never ends, but with Lost; heard(number, message) is called for each, once and in order."""
    hello = {'channel': '/meta/handshake', 'version': '1.0', 'supportedConnectionTypes': ['long-polling']}
    client = reply_to('/meta/handshake', post(url, authorization, hello))['clientId']
    ask = {'channel': '/meta/subscribe', 'clientId': client, 'subscription': MINE, 'ext': {'replay': {MINE: last}}}
    reply = reply_to('/meta/subscribe', post(url, authorization, ask))
    if not reply['successful']:  # 410::replay: what was missed is not kept any more; read it with GET /api/v2/me/smssessions
        print('away for too long', file=sys.stderr)
        ask['ext']['replay'][MINE] = reply['ext']['replay']['last']
        reply_to('/meta/subscribe', post(url, authorization, ask))
    while True:
        messages = post(url, authorization, {'channel': '/meta/connect', 'clientId': client, 'connectionType': 'long-polling'})
        for message in messages:
            if 'data' in message:
                heard(message['ext']['replayId'], message)
        reply_to('/meta/connect', messages)


def main(url, user, password, file):
    authorization = 'Basic ' + base64.b64encode(f'{user}:{password}'.encode()).decode()
    place = {'last': -2}  # all that is kept
    try:
        with open(file, encoding='ascii') as kept:
            place['last'] = int(kept.read())
    except FileNotFoundError:
        pass

    def heard(number, message):
        if number <= place['last']:
            return
        print(json.dumps(message), flush=True)
        place['last'] = number
        with open(file + '.part', 'w', encoding='ascii') as kept:
            kept.write(str(number))
        os.replace(file + '.part', file)  # never half a number, whenever it is killed

    while True:
        try:
            listen(url, authorization, place['last'], heard)
        except Lost:
            time.sleep(0.5)


if __name__ == '__main__':
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        pass
