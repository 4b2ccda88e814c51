// main.tsx - from a blank page to whoever works here: the login of before if it lives, else the sign-in.
import { render } from 'preact'
import { get, setWindowUser } from './api'
import { startBell } from './bell'
import { Desk } from './desk'
import { startKeys } from './keys'
import { forgetOldDrafts, kept, showTheme } from './kept'
import { desk, enter } from './model'
import { SignIn, SignInAgain } from './signin'
import { startSupervision } from './supervision'
import { useTopic } from './topics'
import { startViews } from './views'
import { speak } from './words'

function Page() {
  useTopic('me', 'language')
  if (!desk.me) return <SignIn />
  return <><Desk />{!desk.isSignedIn && <SignInAgain />}</>
}

// This window's user, else whoever worked in this browser last: a new tab is in at once.
function lastUser(): string {
  try { return sessionStorage.getItem('user') ?? kept('user', '') } catch { return '' }
}

async function begin() {
  showTheme()
  const isSpoken = speak()
  const user = lastUser()
  setWindowUser(user)
  const answer = user ? await get('/me?subresources=*') : null
  await isSpoken
  forgetOldDrafts()
  startKeys()
  startViews()
  startBell()
  startSupervision()
  if (answer?.ok) void enter(answer.body.user)
  render(<Page />, document.getElementById('desk')!)
}

void begin()
