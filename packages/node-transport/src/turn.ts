// One nextTick for all connections that have something to write at the end of this turn. nextTick runs again after the promise
// callbacks of a turn have run, so what an async loop sends in answer to one read still leaves together.

/** Something to be done once, when the current turn ends. */
export interface TurnTask {
  turnEnded(): void;
}

const tasks: TurnTask[] = [];
let next = 0;

/** Calls the task's `turnEnded` at the end of this turn. */
export function atTurnEnd(task: TurnTask): void {
  if (tasks.push(task) === 1) process.nextTick(runTasks);
}

function runTasks(): void {
  try {
    // Tasks that are added while others run are run too. The index is below the length.
    while (next < tasks.length) (tasks[next++] as TurnTask).turnEnded();
  } finally {
    // A stream whose `write` throws must not keep the others from theirs.
    if (next < tasks.length) {
      process.nextTick(runTasks);
    } else {
      tasks.length = 0;
      next = 0;
    }
  }
}
