// Contestants take turns, round after round, each time beginning with another one, so that whatever else the machine does hits all alike.

/**
 * Measures every contestant once in each round.
 *
 * @param failed is told of a contestant whose measurement throws, which then takes part no more; without it, the error is thrown
 * @returns the samples of those who took part to the end, in the order of the contestants
 */
export async function interleave<Contestant, Sample>(
  rounds: number,
  contestants: readonly Contestant[],
  measure: (contestant: Contestant, round: number) => Promise<Sample>,
  failed?: (contestant: Contestant, error: unknown) => void | Promise<void>,
): Promise<Map<Contestant, Sample[]>> {
  const samples = new Map<Contestant, Sample[]>(contestants.map((contestant) => [contestant, []]));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const contestant = contestants[(round + turn) % contestants.length] as Contestant;
      const taken = samples.get(contestant);
      if (taken === undefined) continue;
      try {
        taken.push(await measure(contestant, round));
      } catch (error) {
        if (failed === undefined) throw error;
        samples.delete(contestant);
        await failed(contestant, error);
      }
    }
  }
  return samples;
}
