import type { Line } from "@/lib/app-session";

const price = (cents: number) => `€ ${(cents / 100).toFixed(2)}`;

/** The cart that the Rust shop has filled. */
export function CartTable({ lines }: { lines: Line[] }) {
  if (lines.length === 0) return <p data-testid="cart-empty">Your cart is empty.</p>;
  const total = lines.reduce((sum, { priceCents, quantity }) => sum + priceCents * quantity, 0);
  return (
    <table>
      <thead>
        <tr>
          <th>Item</th>
          <th>Quantity</th>
          <th className="number">Price</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ product, name, printed, priceCents, quantity }) => (
          <tr key={`${product} ${printed}`} data-testid="line" data-product={product}>
            <td>
              {name} {printed && <span className="printed">{printed}</span>}
            </td>
            <td>{quantity}</td>
            <td className="number">{price(priceCents * quantity)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td>Total</td>
          <td />
          <td className="number">
            <strong data-testid="total">{price(total)}</strong>
          </td>
        </tr>
      </tfoot>
    </table>
  );
}
