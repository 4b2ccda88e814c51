// en.ts - every sentence of the page. Say what happened, what it means, what to do.
export const en = {
  // entrance
  'sign-in': 'Sign in', 'signing-in': 'Signing in …', 'sign-in-hello': 'Sign in to work with your customers’ messages.',
  'user-name': 'User name', password: 'Password', language: 'Language',
  'wrong-password': 'That user name and password do not go together. Nothing was changed; try again.',
  'too-many-logins': 'Too many sign-ins have failed from here. Wait a minute, then try again.',
  'no-server': 'The server did not answer. What you typed is kept; try again in a moment.',
  'signed-out': 'Sign in again', 'signed-out-why': '{name}, your sign-in has ended. Drafts and everything on the page are still here.',
  'demo-try': 'This is a demonstration. Look in as:', 'demo-supervisor': '– supervisor: watch, coach, join', 'demo-agent': '– agent: answer customers', 'demo-admin': '– administrator: users, teams, rules', 'demo-auditor': '– auditor: who watched whom',
  'test-bell': 'Test my bell', 'bell-heard': 'You should have heard two tones. If not, turn up the volume of this computer.',
  'bell-silent': 'No sound: this browser blocks it. Allow sound for this site, or you will miss invitations.',
  'desktop-on': 'Desktop notifications are on.', 'desktop-off': 'Desktop notifications are off: allow them for this site to see invitations while you look elsewhere.',

  // bar
  views: 'Views', 'go-sessions': 'Conversations', 'go-wall': 'Wall', 'go-queues': 'Queues', 'go-panes': 'Panes', 'go-hands': 'Hands', 'go-ledger': 'Ledger', 'go-admin': 'Administration',
  ready: 'Ready', 'not-ready': 'Not ready', 'logged-out': 'Signed out', 'reason-NoAnswer': 'Not ready: an invitation was not answered', 'reason-ConnectionLost': 'Not ready: the connection was lost',
  'go-ready': 'Take conversations', 'go-not-ready': 'Take no more conversations', 'my-state': 'My state', 'me-menu': 'Me', settings: 'Settings', help: 'Keys', 'sign-out': 'Sign out',
  'sign-out-open': { one: 'One conversation is open. It goes back to the queue when you sign out.', other: '{n} conversations are open. They go back to the queue when you sign out.' },
  'all-commands': 'Commands', sound: 'Sound', 'sound-on': 'Sound is on.', 'sound-off': 'Sound is off. Invitations show in the title and the icon only.',

  // list
  sessions: 'Conversations', 'no-sessions': 'No conversation yet.', 'no-watched': 'You watch no conversation.', done: 'Done', invitation: 'Somebody writes', 'title-invited': 'Somebody writes',
  'to-number': 'to {number}', Accept: 'Accept', Reject: 'Decline', 'answer-within': 'Answer within {span}', 'invitation-gone': 'Too late: the invitation went to somebody else.',
  'customer-waits': 'The customer has waited this long for an answer', 'n-unread': { one: 'One unread message', other: '{n} unread messages' }, draft: 'Draft:', 'wrap-up': 'The customer’s side is over: wrap up', 'watching-agent': 'Watching {name}',
  'choose-session': 'Choose a conversation.', 'nothing-waits': 'No conversation waits.', 'nothing-while-not-ready': 'You get no conversations while you are not ready.', 'last-came': 'The last came {span} ago.',
  'session-missing': 'This conversation is not among yours, or it is over.', 'hint-walk': 'walk through conversations', 'session-revoked': '{name}: the conversation was taken elsewhere.',

  // conversation
  'conversation-with': 'Conversation with {name}', since: 'since', with: 'with {names}', back: 'Back', contact: 'Contact', 'the-agent': 'the agent', supervised: 'A supervisor is present',
  'mode-agent': 'Yours', 'mode-consult': 'You advise – the customer cannot see this', 'mode-monitor': 'Watching – nobody can see you', 'mode-coach': 'Coaching {name} – the customer cannot see this', 'mode-barge': 'In the conversation – the customer sees you',
  transcript: 'Transcript', 'missed-from': 'Came while you were away', 'earlier-lines': 'Reading earlier messages …', 'to-end': 'To the newest', today: 'Today', yesterday: 'Yesterday', you: 'You', customer: 'customer', agent: 'agent',
  'only-agents': 'only agents see this', 'only-supervisors': 'only supervisors see this', joined: '{name} joined', left: '{name} left', 'now-silent': '{name} is silent now', 'now-silent-you': 'You are silent now', 'now-coach': '{name} advises now', 'now-coach-you': 'You coach now', 'now-here': '{name} takes part now', 'now-here-you': 'You take part now', removed: 'Somebody was removed from the conversation', erased: 'These words were erased.',
  'delivery-queued': 'on its way', 'delivery-sent': 'sent', 'delivery-delivered': 'delivered', 'delivery-failed': 'not delivered', 'delivery-expired': 'not delivered in time', 'delivery-uncertain': 'perhaps delivered',
  offered: '{name} writes. Accept to read the conversation.', says: '{name}: {text}', loading: 'Loading', 'part-missing': 'This part of the page could not be loaded. Reload the page; drafts are kept.',
  over: 'This conversation is over. It stays readable here until you close the page.', 'not-sent-any-more': 'You had written, and it was not sent:', 'over-revoked': 'This conversation is over for you.', 'wrap-up-hint': 'The customer’s side is over. Note what it was about, then complete it.', 'cannot-write': 'Nothing can be written here now.',
  'you-are-silent': 'You are silent.', 'to-coach': 'to coach,', 'to-join': 'to join.', types: '{names} is writing …',
  sending: 'Sending …', 'sent-when-back': 'Will be sent when the connection is back.', 'put-back': 'Back into the field', discard: 'Discard',
  refused: 'Not sent: {why}.', 'refused-optout': 'Not sent: {name} asked to get no more messages (STOP). You can still read and complete the conversation.', 'refused-name': 'Not sent: the sender is a name, not a phone number, so it cannot be answered.',

  // composer
  'to-customer': 'To {name}', 'to-agents': 'To colleagues in this conversation – the customer cannot see this', 'whisper-to': 'Whisper to {name}', 'to-agents-instead': 'Write to colleagues', 'to-customer-instead': 'Write to the customer',
  'write-here': 'Write a message', 'whisper-here': 'Only agents see what you write here', send: 'Send', 'send-agents': 'Send to colleagues', 'send-to-customer': 'Send to customer',
  'n-parts': { one: '1 SMS', other: '{n} SMS' }, 'n-left': '{n} left', 'makes-unicode': 'makes it Unicode: 70 characters an SMS instead of 160', 'use-instead': 'use {c}', 'leave-out': 'use a plain one', 'too-long': { one: 'One character too long', other: '{n} characters too long' },
  suggested: 'Whispered:', 'use-it': 'use it', canned: 'Canned responses', 'fill-in': 'Write something in place of {gap}: it is not known here.', reply: 'Write',

  // deeds
  more: 'More', Create: 'Write to somebody', 'hand-up': 'Hand raised', 'change-hand': 'Say something else with the hand',
  Complete: 'Complete', 'ask-complete': 'Complete the conversation with {name}? It is over for everybody in it.', Leave: 'Leave',
  Transfer: 'Transfer', Consult: 'Consult', CancelConsult: 'Cancel the consultation', Invite: 'Invite',
  RaiseHand: 'Raise a hand', WithdrawHand: 'Lower the hand', 'stop-watching': 'Leave', 'not-done': '{what}: not done. {why}.',
  modes: 'How you are here', 'be-silent': 'Silent', coach: 'Coach', barge: 'Join', 'take-over': 'Take over', 'ask-coach': 'Coach {agent}? {agent} will see you and what you write; the customer will not.', 'ask-barge': 'Join the conversation? The customer and {agent} will see you and what you write.', 'ask-take-over': 'Take the conversation over from {agent}? You will be the agent.',

  // supervisor
  'n-hands': { one: 'one hand is raised', other: '{n} hands are raised' }, 'rule-raised': '{name}: rule “{rule}” asks for a look.', 'hand-raised': '{name} raises a hand.', all: 'All',
  waiting: 'waiting',

  // ledger
  'my-ledger': 'When I was supervised',

  // contact
  phone: 'Phone', 'wrote-to': 'Wrote to', disposition: 'What was it about?', 'none-yet': 'not said yet', data: 'Data', 'add-data': 'Add', 'data-key': 'Name', 'data-value': 'Value', add: 'Add', 'who-is-here': 'Who is here', earlier: 'Earlier', 'earlier-more': 'Before that', 'earlier-again': 'Earlier conversations could not be read: again', 'earlier-cut': 'Only the last texts.',

  // panels
  'next-session': 'Next conversation', 'previous-session': 'Previous conversation', close: 'Close', no: 'Cancel',

  // line
  'line-lost': 'Connection lost', 'line-kept': 'What you type is kept.', 'line-again': 'Trying again in {n} s', now: 'Try now', 'back-after': 'Back after {span}: {lines} in {sessions}', 'n-messages': { one: 'one message', other: '{n} messages' }, 'n-conversations': { one: 'one conversation', other: '{n} conversations' }, 'jump-first': 'Show the first',
  seconds: { one: 'one second', other: '{n} seconds' }, minutes: { one: 'one minute', other: '{n} minutes' }, hours: { one: 'one hour', other: '{n} hours' }, ago: '{span} ago',
} as const
