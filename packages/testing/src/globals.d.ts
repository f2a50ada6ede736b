// What this package needs beside what `@framewire/connection` declares: the runtime's own timer, to let promises settle.

declare function setTimeout(callback: () => void, milliseconds: number): unknown;
