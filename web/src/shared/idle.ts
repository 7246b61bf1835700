/** When the page stands and nothing is under way; where a browser does not tell, a moment later. */
export const whenIdle = (then: () => void): void => void ("requestIdleCallback" in window ? requestIdleCallback(then, { timeout: 5000 }) : setTimeout(then, 2000));
