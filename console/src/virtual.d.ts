declare module 'virtual:error-codes' {
  const codes: Record<string, { again: boolean; meaning: string }>;
  export default codes;
}
