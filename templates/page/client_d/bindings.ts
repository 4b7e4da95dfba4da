/** An element and the endpoint whose text it shows. */
export interface Binding {
  id: string;
  read: (options?: Options) => Promise<string>;
}

export const bindings: readonly Binding[];
