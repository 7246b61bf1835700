// Many calls in a row are one piece of work: done at once for the first, and once more for all that came within `rest` milliseconds.

export function gather(rest: number, work: () => void): { call: () => void; stop: () => void } {
  let resting = 0;
  let again = false;
  function call(): void {
    if (resting) return void (again = true);
    work();
    resting = window.setTimeout(() => {
      resting = 0;
      if (again) {
        again = false;
        call();
      }
    }, rest);
  }
  return { call, stop: () => clearTimeout(resting) };
}
