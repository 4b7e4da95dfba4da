const n = 1;
n.toUpperCase();
export {};
