export function journal() {}
export function letters() {}
