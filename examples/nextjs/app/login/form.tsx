"use client";

import { useActionState } from "react";

import { signInAction } from "./actions";

type Props = { notice?: string; next?: string; password: string };

export function SignInForm({ notice, next, password }: Props) {
  const [state, action, isPending] = useActionState(signInAction, { notice });
  return (
    <form className="stack" action={action}>
      {state.notice && (
        <p className="notice problem" role="alert" data-testid="notice">
          {state.notice}
        </p>
      )}
      <input type="hidden" name="next" value={next} />
      <label>
        Name
        <input name="name" defaultValue={state.name} maxLength={40} required autoComplete="username" data-testid="name" />
      </label>
      <label>
        Password
        <input name="password" type="password" required autoComplete="current-password" data-testid="password" />
        <span className="hint">
          The password for everyone: <code data-testid="demo-password">{password}</code>
        </span>
      </label>
      <div>
        <button disabled={isPending} data-testid="sign-in">
          Sign in
        </button>
      </div>
    </form>
  );
}
