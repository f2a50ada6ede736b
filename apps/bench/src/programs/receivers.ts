// Holds the receivers of all servers that broadcast.

import { answerForMany } from '../answer-for-many.ts';
import { Receivers, type ReceiversOptions } from '../receivers.ts';

answerForMany((options: ReceiversOptions) => Receivers.connect(options));
