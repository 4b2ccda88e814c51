// en.ts - every sentence of the page. Say what happened, what it means, what to do.
export const en = {
  // entrance
  'sign-in': 'Sign in', 'signing-in': 'Signing in …', 'sign-in-hello': 'Sign in to work with your customers’ messages.',
  'user-name': 'User name', password: 'Password', language: 'Language',
  'wrong-password': 'That user name and password do not go together. Nothing was changed; try again.',
  'too-many-logins': 'Too many sign-ins have failed from here. Wait a minute, then try again.',
  'no-server': 'The server did not answer. What you typed is kept; try again in a moment.',
  'signed-out': 'Sign in again', 'signed-out-why': '{name}, your sign-in has ended. Drafts and everything on the page are still here.',
  'demo-try': 'This is a demonstration. Look in as:', 'demo-supervisor': '– supervisor', 'demo-agent': '– agent', 'demo-admin': '– administrator',
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
  'only-agents': 'only agents see this', 'only-supervisors': 'only supervisors see this', joined: '{name} joined', left: '{name} left', rejoined: '{name} is here in another way', removed: 'Somebody was removed from the conversation', erased: 'These words were erased.',
  'delivery-queued': 'on its way', 'delivery-sent': 'sent', 'delivery-delivered': 'delivered', 'delivery-failed': 'not delivered', 'delivery-expired': 'not delivered in time', 'delivery-uncertain': 'perhaps delivered',
  offered: '{name} writes. Accept to read the conversation.', says: '{name}: {text}', loading: 'Loading', 'part-missing': 'This part of the page could not be loaded. Reload the page; drafts are kept.',
  over: 'This conversation is over. It stays readable here until you close the page.', 'over-revoked': 'This conversation is over for you.', 'wrap-up-hint': 'The customer’s side is over. Note what it was about, then complete it.', 'cannot-write': 'Nothing can be written here now.',
  'you-are-silent': 'You are silent.', 'to-coach': 'to coach,', 'to-join': 'to join.', types: '{names} is writing …',
  sending: 'Sending …', 'sent-when-back': 'Will be sent when the connection is back.', 'put-back': 'Back into the field', discard: 'Discard',
  refused: 'Not sent: {why}.', 'refused-optout': 'Not sent: {name} asked to get no more messages (STOP). You can still read and complete the conversation.', 'refused-name': 'Not sent: the sender is a name, not a phone number, so it cannot be answered.',

  // composer
  'to-customer': 'To {name}', 'to-agents': 'To colleagues in this conversation – the customer cannot see this', 'whisper-to': 'Whisper to {name}', 'to-agents-instead': 'Write to colleagues', 'to-customer-instead': 'Write to the customer',
  'write-here': 'Write a message', 'whisper-here': 'Only agents see what you write here', send: 'Send', 'send-agents': 'Send to colleagues', 'send-to-customer': 'Send to customer',
  'n-parts': { one: '1 SMS', other: '{n} SMS' }, 'n-left': '{n} left', 'makes-unicode': 'makes it Unicode: 70 characters an SMS instead of 160', 'use-instead': 'use {c}', 'leave-out': 'use a plain one', 'too-long': { one: 'One character too long', other: '{n} characters too long' },
  suggested: 'Whispered:', 'use-it': 'use it', canned: 'Canned responses', 'fill-in': 'Write something in place of {gap}: it is not known here.', reply: 'Write', 'out-of-composer': 'Out of the field',

  // deeds
  more: 'More', Create: 'Write to somebody', 'n-waiting': { one: 'one waits', other: '{n} wait' }, 'nobody-free': 'Nobody who works for it is free now. Nobody was asked.', 'handed-over': 'Handed over: {name} was asked.',
  'ask-transfer': 'Hand the conversation with {name} over to {to}?', 'in-going': 'Say to {name} in going (if you like)', 'in-going-agents': 'Say to the agents in going (if you like)',
  'RaiseHand-means': 'Those who supervise you are told. The customer and your colleagues are not.', 'hand-reason': 'What is it about? (if you like)', 'hand-comment': 'In a few words (if you like)', 'hand-is-up': 'Your hand is up.', 'hand-up': 'Hand raised', 'change-hand': 'Say something else with the hand',
  'from-queue': 'From', 'first-text': 'Message', 'create-full': 'Not begun: you have as many conversations as you may have.', 'create-optout': 'Not begun: this customer asked to get no more messages (STOP).', 'create-queue': 'Not begun: you do not work for this queue.', 'create-phone': 'Not begun: this is not a phone number. Write it with its country, as +420 …', 'create-open': 'Not begun: a conversation with this number is open already, with you or a colleague.',
  Complete: 'Complete', 'ask-complete': 'Complete the conversation with {name}? It is over for everybody in it.', Leave: 'Leave', 'ask-leave': 'Leave the conversation with {name}? If no other agent is in it, it ends for the customer.',
  Transfer: 'Transfer', 'Transfer-means': 'Hands the conversation over; you are out of it once it is taken.', Consult: 'Consult', 'Consult-means': 'Asks a colleague in, unseen by the customer.', CancelConsult: 'Cancel the consultation', Invite: 'Invite', 'Invite-means': 'Asks a colleague in; the customer sees what they write.',
  RaiseHand: 'Raise a hand', WithdrawHand: 'Lower the hand', 'stop-watching': 'Leave', 'find-colleague': 'Find a colleague or queue', queue: 'queue', 'nobody-there': 'Nobody else is signed in.', asked: '{name} was asked.', 'not-done': '{what}: not done. {why}.',
  modes: 'How you are here', 'be-silent': 'Silent', coach: 'Coach', barge: 'Join', 'take-over': 'Take over', 'ask-coach': 'Coach {agent}? {agent} will see you and what you write; the customer will not.', 'ask-barge': 'Join the conversation? The customer and {agent} will see you and what you write.', 'ask-take-over': 'Take the conversation over from {agent}? You will be the agent.',
  watch: 'Watch {name}', 'watch-next': 'Watch the next conversation of {name} only', 'watch-next-short': 'Next only', 'watch-no-more': 'Stop watching', 'watch-this': 'Watch this one', show: 'Show',

  // supervisor
  'n-hands': { one: 'one hand is raised', other: '{n} hands are raised' }, 'hand-raised': '{name} raises a hand.', 'take-silently': 'Look in silently', 'hand-seen': 'Seen', 'hand-dismiss': 'Dismiss', 'nothing-needs': 'No hand is raised, and no customer waits too long.',
  'hand-is-Open': 'Nobody has answered yet.', 'hand-is-LookedAt': '{name} has seen it.', 'hand-is-Taken': '{name} has taken it.', 'hand-is-Dismissed': 'Dismissed by {name}.', 'hand-mine-LookedAt': 'You have seen it.', 'hand-mine-Taken': 'You have taken it.', 'hand-mine-Dismissed': 'You have dismissed it.', 'hand-taken': 'Somebody else has taken it just now.', 'hand-gone': '{name} has lowered the hand, or the conversation is over.', somebody: 'somebody', 'late-means': 'A customer has waited over a minute for an answer.',
  'kind-free': 'Ready, free', 'kind-busy': 'In conversation', 'kind-full': 'Full', 'kind-away': 'Not ready', 'kind-out': 'Signed out', 'waits-long': 'Unanswered over a minute', all: 'All', legend: 'Show only', agents: 'Agents', watched: 'Watched conversations',
  'wall-label': { one: 'One agent. Arrow keys choose, Enter watches.', other: '{n} agents. Arrow keys choose, Enter watches.' }, 'mark-m': 'Silently watch {name}: press', 'n-of': '{n} of {of}',
  'col-name': 'Agent', 'col-state': 'State', 'col-load': 'Conversations', 'col-waits': 'Oldest unanswered',
  'watching-all': 'You watch {name} from the next conversation on. Nobody else can tell.', 'watching-next': 'You watch the next conversation of {name}. Nobody else can tell.', 'watching-now': { one: 'You watch {name}, one running conversation and all that come. Nobody else can tell.', other: 'You watch {name}, {n} running conversations and all that come. Nobody else can tell.' },
  'order-all': 'You watch all conversations', 'order-next': 'You watch the next conversation', 'waits-for-next': 'The next conversation that {name} accepts shows here.', 'nothing-watched': 'You watch no conversation. Choose somebody on the wall and press M.', 'cannot-enter': 'This conversation cannot be entered while it runs; you see the next one.',
  waiting: 'waiting', oldest: 'oldest {span}', 'oldest-col': 'Oldest', 'nobody-waits': 'nobody waits', within: 'within {s} s', number: 'Number', 'offered-today': 'Offered today', 'accepted-today': 'Accepted today', 'today-since': 'Today is the day in UTC, as far as the server has been running.',
  'watch-col': 'Standing order', 'watch-queue': 'Watch', 'watching-queue': 'You watch each conversation of {name} from now on, whoever has it. Nobody else can tell.', 'watching-queue-next': 'You watch the next conversation of {name}. Nobody else can tell.',
  'plot-sessions': 'Conversations now', 'part-invited': 'offered', 'part-chatting': 'with an agent', 'plot-waited': 'Wait until accepted, by the minute', 'plot-in': 'Texts from customers a minute', 'plot-out': 'Texts to customers a minute', pane: 'Pane {n}', 'how-many': 'How many panes',

  // ledger
  'my-ledger': 'When I was supervised', 'my-ledger-means': 'Told once a conversation is over, without names, where your centre discloses it.', period: 'Period', 'period-today': 'Today', 'period-week': 'Last 7 days', 'period-month': 'Last 30 days', 'period-year': 'Last 365 days', 'period-days': 'Days …', 'day-first': 'First day', 'day-last': 'Last day',
  'ledger-find': 'Name, conversation, reason', export: 'Export CSV', 'n-rows': { one: 'One entry.', other: '{n} entries.' }, 'rows-most': 'The first {n} of the period; choose a shorter one to see others.', 'ledger-none': 'Nothing is written of this period.', 'ledger-none-so': 'Nothing of this period is like that.',
  'ledger-time': 'Time', 'ledger-who': 'Supervisor', 'ledger-act': 'What', 'ledger-whom': 'Whom', 'ledger-mode': 'How', 'ledger-told': 'Agent is told', 'ledger-session': 'Conversation', 'ledger-since': 'Since', 'ledger-reason': 'Reason', 'ledger-cause': 'By',
  'act-Ordered': 'Order given', 'act-OrderEnded': 'Order ended', 'act-Offered': 'Conversation offered', 'act-Declined': 'Declined', 'act-Withdrawn': 'Withdrawn', 'act-Began': 'Began', 'act-Ended': 'Ended', 'act-TookOver': 'Took over',
  'ledger-Monitor': 'Silent', 'ledger-Coach': 'Coach', 'ledger-BargeIn': 'Joined', 'ledger-TakeOver': 'Take-over', 'told-silent': 'nothing', 'told-none': 'sees it', 'told-icon': 'sign while it lasts', 'told-report': 'afterwards', 'thing-queue': 'queue', 'thing-skill': 'skill', 'thing-group': 'group',

  // contact
  phone: 'Phone', 'wrote-to': 'Wrote to', disposition: 'What was it about?', 'none-yet': 'not said yet', data: 'Data', 'add-data': 'Add', 'data-key': 'Name', 'data-value': 'Value', add: 'Add', earlier: 'Earlier', 'earlier-more': 'Before that', 'earlier-again': 'Earlier conversations could not be read: again', 'earlier-cut': 'Only the last texts.', 'who-is-here': 'Who is here',

  // panels
  'what-to-do': 'What do you want to do?', 'no-command': 'Nothing is called so.', 'go-to': 'Go to {name}', 'next-session': 'Next conversation', 'previous-session': 'Previous conversation', 'help-hint': 'Single keys work outside text fields. They never need Alt, so every language’s letters can be typed.', 'single-keys': 'Single keys are commands', theme: 'Look', 'theme-system': 'As the system', 'theme-light': 'Light', 'theme-dark': 'Dark', close: 'Close', no: 'Cancel',

  // line
  'line-lost': 'Connection lost', 'line-kept': 'What you type is kept.', 'line-again': 'Trying again in {n} s', now: 'Try now', 'back-after': 'Back after {span}: {lines} in {sessions}', 'n-messages': { one: 'one message', other: '{n} messages' }, 'n-conversations': { one: 'one conversation', other: '{n} conversations' }, 'jump-first': 'Show the first',
  seconds: { one: 'one second', other: '{n} seconds' }, minutes: { one: 'one minute', other: '{n} minutes' }, hours: { one: 'one hour', other: '{n} hours' }, ago: '{span} ago',
} as const
