"""The registry side: what Git wants, what stands, the plan between the two, and the boto3 adapter that carries it out."""
