export function students() {}
