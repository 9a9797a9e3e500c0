export function curves() {}
