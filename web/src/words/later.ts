// later.ts - English of the parts that come when they are first shown (lazy.tsx): they take `t` from here.
import { learn, t as tell } from '../words'
import type { en } from './en'

export const later = {
  // composer
  'out-of-composer': 'Out of the field',

  // deeds
  'n-waiting': { one: 'one waits', other: '{n} wait' }, 'nobody-free': 'Nobody who works for it is free now. Nobody was asked.', 'handed-over': 'Handed over: {name} was asked.',
  'ask-transfer': 'Hand the conversation with {name} over to {to}?', 'in-going': 'Say to {name} in going (if you like)', 'in-going-agents': 'Say to the agents in going (if you like)',
  'RaiseHand-means': 'Those who supervise you are told. The customer and your colleagues are not.', 'hand-reason': 'What is it about? (if you like)', 'hand-comment': 'In a few words (if you like)', 'hand-is-up': 'Your hand is up.',
  'from-queue': 'From', 'first-text': 'Message', 'create-full': 'Not begun: you have as many conversations as you may have.', 'create-optout': 'Not begun: this customer asked to get no more messages (STOP).', 'create-queue': 'Not begun: you do not work for this queue.', 'create-phone': 'Not begun: this is not a phone number. Write it with its country, as +420 …', 'create-open': 'Not begun: a conversation with this number is open already, with you or a colleague.',
  'ask-leave': 'Leave the conversation with {name}? If no other agent is in it, it ends for the customer.', 'Transfer-means': 'Hands the conversation over; you are out of it once it is taken.', 'Consult-means': 'Asks a colleague in, unseen by the customer.', 'Invite-means': 'Asks a colleague in; the customer sees what they write.', 'find-colleague': 'Find a colleague or queue', queue: 'queue', 'nobody-there': 'Nobody else is signed in.',
  asked: '{name} was asked.',
  watch: 'Watch {name}', 'watch-next': 'Watch the next conversation of {name} only', 'watch-next-short': 'Next only', 'watch-no-more': 'Stop watching', 'watch-this': 'Watch this one', show: 'Show',

  // supervisor
  'take-silently': 'Look in silently', 'by-rule': 'rule “{rule}”', 'hand-seen': 'Seen', 'hand-dismiss': 'Dismiss', 'nothing-needs': 'No hand is raised, and no customer waits too long.',
  'hand-is-Open': 'Nobody has answered yet.', 'hand-is-LookedAt': '{name} has seen it.', 'hand-is-Taken': '{name} has taken it.', 'hand-is-Dismissed': 'Dismissed by {name}.', 'hand-mine-LookedAt': 'You have seen it.', 'hand-mine-Taken': 'You have taken it.', 'hand-mine-Dismissed': 'You have dismissed it.', 'hand-taken': 'Somebody else has taken it just now.', 'hand-gone': '{name} has lowered the hand, or the conversation is over.',
  somebody: 'somebody', 'late-means': 'A customer has waited over a minute for an answer.',
  'kind-free': 'Ready, free', 'kind-busy': 'In conversation', 'kind-full': 'Full', 'kind-away': 'Not ready', 'kind-out': 'Signed out', 'waits-long': 'Unanswered over a minute', legend: 'Show only', agents: 'Agents', watched: 'Watched conversations',
  'wall-label': { one: 'One agent. Arrow keys choose, Enter watches.', other: '{n} agents. Arrow keys choose, Enter watches.' }, 'mark-m': 'Silently watch {name}: press', 'n-of': '{n} of {of}',
  teams: 'Teams', team: 'Team', skills: 'Skills', skill: 'Skill', 'all-teams': 'All teams', 'no-team': 'No team', 'by-team': 'Group by team', 'team-next': 'Next team', 'team-before': 'Team before', 'watch-team': 'Whoever of {name} has it:', 'not-your-team': 'Its own supervisors watch this team', 'signed-in': 'Signed in', 'col-team': 'Team',
  'col-name': 'Agent', 'col-state': 'State', 'col-load': 'Conversations', 'col-waits': 'Oldest unanswered',
  'watching-all': 'You watch {name} from the next conversation on. Nobody else can tell.', 'watching-next': 'You watch the next conversation of {name}. Nobody else can tell.', 'watching-now': { one: 'You watch {name}, one running conversation and all that come. Nobody else can tell.', other: 'You watch {name}, {n} running conversations and all that come. Nobody else can tell.' },
  'order-all': 'You watch all conversations', 'order-next': 'You watch the next conversation', 'waits-for-next': 'The next conversation that {name} accepts shows here.', 'nothing-watched': 'You watch no conversation. Choose somebody on the wall and press M.', 'cannot-enter': 'This conversation cannot be entered while it runs; you see the next one.', oldest: 'oldest {span}', 'oldest-col': 'Oldest', 'nobody-waits': 'nobody waits',
  within: 'within {s} s', number: 'Number', 'offered-today': 'Offered today', 'accepted-today': 'Accepted today', 'today-since': 'Today is the day in UTC, as far as the server has been running.',
  'watch-col': 'Standing order', 'watch-queue': 'Watch', 'watching-queue': 'You watch each conversation of {name} from now on, whoever has it. Nobody else can tell.', 'watching-queue-next': 'You watch the next conversation of {name}. Nobody else can tell.',
  'plot-sessions': 'Conversations now', 'part-invited': 'offered', 'part-chatting': 'with an agent', 'plot-waited': 'Wait until accepted, by the minute', 'plot-in': 'Texts from customers a minute', 'plot-out': 'Texts to customers a minute', 'plot-none': 'from the first whole minute on', pane: 'Pane {n}', 'how-many': 'How many panes',

  // ledger
  'my-ledger-means': 'Told once a conversation is over, without names, where your centre discloses it.', period: 'Period', 'period-today': 'Today', 'period-week': 'Last 7 days', 'period-month': 'Last 30 days', 'period-year': 'Last 365 days', 'period-days': 'Days …', 'day-first': 'First day', 'day-last': 'Last day',
  'ledger-find': 'Name, conversation, reason', export: 'Export CSV', 'n-rows': { one: 'One entry.', other: '{n} entries.' }, 'rows-most': 'The first {n} of the period; choose a shorter one to see others.', 'ledger-none': 'Nothing is written of this period.', 'ledger-none-so': 'Nothing of this period is like that.',
  'ledger-time': 'Time', 'ledger-who': 'Supervisor', 'ledger-act': 'What', 'ledger-whom': 'Whom', 'ledger-mode': 'How', 'ledger-told': 'Agent is told', 'ledger-session': 'Conversation', 'ledger-since': 'Since', 'ledger-reason': 'Reason', 'ledger-cause': 'By',
  'act-Ordered': 'Order given', 'act-OrderEnded': 'Order ended', 'act-Offered': 'Conversation offered', 'act-Declined': 'Declined', 'act-Withdrawn': 'Withdrawn', 'act-Began': 'Began', 'act-Ended': 'Ended', 'act-TookOver': 'Took over',
  'ledger-Monitor': 'Silent', 'ledger-Coach': 'Coach', 'ledger-BargeIn': 'Joined', 'ledger-TakeOver': 'Take-over', 'told-silent': 'nothing', 'told-none': 'sees it', 'told-icon': 'sign while it lasts', 'told-report': 'afterwards', 'thing-queue': 'queue', 'thing-skill': 'skill', 'thing-group': 'team',

  // contact
 

  // panels
  'what-to-do': 'What do you want to do?', 'no-command': 'Nothing is called so.', 'go-to': 'Go to {name}', 'help-hint': 'Single keys work outside text fields. They never need Alt, so every language’s letters can be typed.', 'single-keys': 'Single keys are commands', theme: 'Look', 'theme-system': 'As the system', 'theme-light': 'Light', 'theme-dark': 'Dark',
} as const

export type Word = keyof typeof en | keyof typeof later
learn(later)
export const t = tell as (key: Word, values?: Record<string, string | number>) => string
