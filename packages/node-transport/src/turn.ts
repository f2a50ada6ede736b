// One nextTick for all connections that have something to write at the end of this turn. nextTick runs again after the promise
// callbacks of a turn have run, so what an async loop sends in answer to one read still leaves together.

/** Something to be done once, when the current turn ends. */
export interface TurnTask {
  turnEnded(): void;
}

const tasks: TurnTask[] = [];

/** Calls the task's `turnEnded` at the end of this turn. */
export function atTurnEnd(task: TurnTask): void {
  if (tasks.push(task) === 1) process.nextTick(runTasks);
}

function runTasks(): void {
  // Tasks that are added while others run are run too.
  for (const task of tasks) task.turnEnded();
  tasks.length = 0;
}
