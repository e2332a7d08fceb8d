/** The companies that were used in this browser, the last one first. */
const KEY = 'longhaul-companies';
const MOST = 20;

export function usedCompanies(): string[] {
  const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
  return Array.isArray(stored) ? stored.filter((each) => typeof each === 'string') : [];
}

export function rememberCompany(company: string): void {
  const others = usedCompanies().filter((each) => each !== company);
  localStorage.setItem(KEY, JSON.stringify([company, ...others].slice(0, MOST)));
}
