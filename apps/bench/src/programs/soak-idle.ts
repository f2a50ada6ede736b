// Holds idle connections.

import { answer } from '../answer.ts';
import { type CrowdOptions, IdleCrowd } from '../soak/idle-crowd.ts';

const crowd = new IdleCrowd();

answer({
  join: (options: CrowdOptions) => crowd.join(options),
  state: () => crowd.state(),
  leave: () => crowd.leave(),
});
