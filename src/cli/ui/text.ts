// Small pieces of text that several displays share.

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`: of milliseconds, as exact as it matters. */
export function shortDuration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** `12,345`. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 item`, `2 items`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A step as people write it: `runs[a1].train`, keys in quotes only where they need them. */
export function shortStep(instance: string): string {
  return instance.replace(/\["((?:[^"\\]|\\.)*)"\]/g, (whole, key: string) =>
    /^[^\s"'\\[\]]+$/.test(key) ? `[${key}]` : whole,
  );
}

/** A message in one line: its first, and where that announces more, the last of it that is not blank. */
export function headline(message: string): string {
  const [first = "", ...rest] = message.split(/\r\n|[\r\n]/);
  if (!first.trimEnd().endsWith(":")) return first;
  const last = rest.findLast((line) => line.trim() !== "");
  return last === undefined ? first : `${first.trimEnd()} ${last.trim()}`;
}

/** Why a run in this state has no result, in a line. */
export function describeNoResult(run: string, state: string): string {
  const why =
    state === "running"
      ? "is running"
      : state === "interrupted"
        ? "was interrupted"
        : state === "failed"
          ? "failed"
          : "was cancelled";
  return `run ${run} has no result: it ${why}\n`;
}
