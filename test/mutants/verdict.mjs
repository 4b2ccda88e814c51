// verdict.mjs - what the end of a test program says: 'fine'; 'noticed', a test of it failed and it says which; 'crash',
// something ended it, or a process of it, before a test could say so; 'hang', it did not end.

// How a program tells on stdout that a test failed: a line of TAP, but for the walk.
const tells = { 'test/walk': /"failures":[1-9]/ }
const tap = /^\s*not ok\b/m

// CHECK(), sanitizers, cmocka and the twins' shrinking, of a process that went down; also of one among several.
const crashes = /broken promise at .*|\w+Sanitizer: .*|runtime error: .*|Test failed with exception.*|seed \d+ ends the process/

// end: what spawnSync gives. {is, how}: how, in words for a crash or a hang.
export function verdict(program, { status, signal, error, stdout, stderr }) {
  if (error?.code === 'ETIMEDOUT') return { is: 'hang', how: 'does not end' }
  if (error) throw error
  const crash = crashes.exec(stderr) ?? crashes.exec(stdout)
  if (crash && status !== 0) return { is: 'crash', how: crash[0] }
  if (signal) return { is: 'crash', how: signal }
  if (status === 0) return { is: 'fine' }
  if ((tells[program] ?? tap).test(stdout)) return { is: 'noticed' }
  return { is: 'crash', how: `status ${status}, and no test that failed` }
}
